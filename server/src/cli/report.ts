/** What `check` found, located as people read it. Every format is a function of this. */
import type { Analysis, LocatedFinding } from '../analysis/analysis.ts';
import type { Severity } from '../rules/rule.ts';
import type { Span } from '../syntax/tree.ts';
import { type Lines, linesOf, type Position } from './lines.ts';

export interface Report {
  /** Paths of the specs that were checked, sorted. */
  readonly specs: readonly string[];
  /** Sorted by path, place and rule. */
  readonly findings: readonly ReportedFinding[];
  /** Input that could not be checked; `reason` ends the sentence that begins with the path. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface ReportedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: SourceRange;
  readonly related: readonly { readonly at: SourceRange; readonly message: string }[];
  /** The numbers and names the message was made of. */
  readonly facts: Readonly<Record<string, number | string>>;
  /** Title of the first fix that was proved; absent also when none was looked for. */
  readonly help?: string;
}

export interface SourceRange {
  /** Relative to the folder the command runs in, with `/`. */
  readonly path: string;
  readonly start: Position;
  /** Exclusive. */
  readonly end: Position;
  /** The text of the line it starts in. */
  readonly line: string;
}

/** The severities, worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** How many findings of each severity there are. */
export function countBySeverity(report: Report): Readonly<Record<Severity, number>> {
  const count = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of report.findings) count[severity] += 1;
  return count;
}

/**
 * A finding of an analysis as it is reported.
 * @param pathOf what to call a file
 * @param help asks for the title of a proved fix
 */
export function reported(
  analysis: Analysis,
  found: LocatedFinding,
  pathOf: (uri: string) => string,
  help: (found: LocatedFinding) => string | undefined,
): ReportedFinding {
  const { finding, severity, uri, span } = found;
  const title = help(found);
  return {
    rule: finding.rule,
    severity,
    message: finding.message,
    at: rangeOf(analysis, uri, span, pathOf),
    related: (finding.related ?? []).map(({ at, message }) => {
      const place = analysis.locate(at);
      return { at: rangeOf(analysis, place.uri, place.span, pathOf), message };
    }),
    facts: finding.facts ?? {},
    ...(title === undefined ? {} : { help: title }),
  };
}

/** Orders findings as they are reported. */
export function byPlace(a: ReportedFinding, b: ReportedFinding): number {
  return (
    compare(a.at.path, b.at.path) ||
    a.at.start.line - b.at.start.line ||
    a.at.start.column - b.at.start.column ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

/** By code unit, so that the order is the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A span of a file of an analysis, as it is reported. */
export function rangeOf(analysis: Analysis, uri: string, span: Span, pathOf: (uri: string) => string): SourceRange {
  const lines = linesOfFile(analysis, uri);
  const start = lines.positionOf(span.from);
  return { path: pathOf(uri), start, end: lines.positionOf(span.to), line: lines.textOf(start.line) };
}

/** A file's lines are found once, however many findings it has. */
const known = new WeakMap<object, Lines>();

function linesOfFile(analysis: Analysis, uri: string): Lines {
  const tree = analysis.model.read.get(uri);
  if (tree === undefined) return linesOf('');
  const lines = known.get(tree) ?? linesOf(tree.text);
  known.set(tree, lines);
  return lines;
}
