/** Findings as the protocol's diagnostics. */
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range,
} from 'vscode-languageserver';
import type { Severity } from '../rules/rule.ts';
import type { Span } from '../syntax/tree.ts';
import { rangeOf } from './convert.ts';
import type { Session } from './session.ts';
import type { Findings, Found } from './workspace.ts';

/** The diagnostics of a file: of what was found there the gravest, as many as the settings allow. */
export function diagnosticsOf(session: Session, uri: string, { findings, failure }: Findings): Diagnostic[] {
  const { maxNumberOfProblems } = session.settings.of(uri);
  const shown = gravest(findings, maxNumberOfProblems).map((found) => diagnosticOf(session, found));
  return failure === undefined ? shown : [failureDiagnostic(failure), ...shown];
}

/** One finding as a diagnostic of the file it is in. */
export function diagnosticOf(session: Session, { located, by }: Found): Diagnostic {
  const { finding, severity, uri, span } = located;
  const { client, docsUri } = session;
  const diagnostic: Diagnostic = {
    range: rangeIn(session, uri, span),
    severity: SEVERITIES[severity],
    code: finding.rule,
    source: 'irqtopo',
    message: finding.message,
  };
  if (docsUri !== undefined && client.codeDescriptions) {
    diagnostic.codeDescription = { href: `${docsUri}/${finding.rule}.md` };
  }
  if (finding.related !== undefined && client.relatedInformation) {
    diagnostic.relatedInformation = finding.related.map(({ at, message }): DiagnosticRelatedInformation => {
      const place = by.locate(at);
      return { location: { uri: place.uri, range: rangeIn(session, place.uri, place.span) }, message };
    });
  }
  if (finding.rule === 'ignore-unused') diagnostic.tags = [DiagnosticTag.Unnecessary];
  return diagnostic;
}

/** The protocol's severities: the graver, the lower. */
export const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const FILE_START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function rangeIn({ workspace, encoding }: Session, uri: string, span: Span): Range {
  const lined = workspace.linesOf(uri);
  return lined === undefined ? FILE_START : rangeOf(lined, span, encoding);
}

/** At most `limit` of them, errors before warnings, otherwise in their order. */
function gravest(findings: readonly Found[], limit: number): readonly Found[] {
  if (findings.length <= limit) return findings;
  const bySeverity = [...findings].sort((a, b) => SEVERITIES[a.located.severity] - SEVERITIES[b.located.severity]);
  return bySeverity.slice(0, limit);
}

const failureDiagnostic = (failure: string): Diagnostic => ({
  range: FILE_START,
  severity: DiagnosticSeverity.Error,
  source: 'irqtopo',
  message: `irqtopo could not check this file because of a mistake in irqtopo itself: ${failure}`,
});
