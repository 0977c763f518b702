/** From what the rooms before found to what is shown: alike findings joined, silenced ones taken out, the rest in place order. */

import { ruleOf } from '../rules/index.ts';
import type { Finding, Place } from '../rules/rule.ts';
import type { Span } from '../syntax/tree.ts';
import type { LocatedFinding } from './analysis.ts';

export type Locate = (place: Place) => { readonly uri: string; readonly span: Span };

/**
 * Locates findings. Those of one rule at one place — the elements of an array — become one, which says how many
 * more there are: 65,536 alike squiggles teach nothing that one does not.
 */
export function locateFindings(findings: Iterable<Finding>, locate: Locate): readonly LocatedFinding[] {
  const byPlace = new Map<string, { located: LocatedFinding; more: number; messages: Set<string> }>();
  for (const finding of findings) {
    const { uri, span } = locate(finding.at);
    const severity = finding.severity ?? ruleOf(finding.rule)?.severity ?? 'error';
    const key = `${finding.rule} ${uri} ${span.from} ${span.to} ${severity}`;
    const known = byPlace.get(key);
    if (known === undefined) {
      byPlace.set(key, { located: { finding, severity, uri, span }, more: 0, messages: new Set([finding.message]) });
    } else if (!known.messages.has(finding.message)) {
      known.messages.add(finding.message);
      known.more += 1;
    }
  }
  return [...byPlace.values()]
    .map(({ located, more }) => (more === 0 ? located : { ...located, finding: counted(located.finding, more) }))
    .sort(byPosition);
}

const counted = (finding: Finding, more: number): Finding => ({
  ...finding,
  message: `${finding.message} (and ${more} more like it here)`,
});

function byPosition(a: LocatedFinding, b: LocatedFinding): number {
  if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
  return a.span.from - b.span.from || a.span.to - b.span.to || (a.finding.rule < b.finding.rule ? -1 : 1);
}

/** A `// irqtopo-ignore RULE: reason` with the statement it covers, absolute. */
export interface LocatedIgnore {
  readonly uri: string;
  readonly rule: string;
  /** Of the comment. */
  readonly span: Span;
  /** Of the statement after it. */
  readonly covers: Span;
}

/** Takes out what is silenced; an ignore that silences nothing becomes a finding of its own. */
export function applyIgnores(
  findings: readonly LocatedFinding[],
  ignores: readonly LocatedIgnore[],
): readonly LocatedFinding[] {
  if (ignores.length === 0) return findings;
  const used = new Set<LocatedIgnore>();
  const kept = findings.filter((found) => {
    const hits = ignores.filter((ignore) => silences(ignore, found));
    for (const hit of hits) used.add(hit);
    return hits.length === 0;
  });
  const unused = ignores.filter((ignore) => !used.has(ignore)).map(unusedFinding);
  return unused.length === 0 ? kept : [...kept, ...unused].sort(byPosition);
}

const silences = (ignore: LocatedIgnore, { finding, uri, span }: LocatedFinding): boolean =>
  ignore.rule === finding.rule && ignore.uri === uri && ignore.covers.from <= span.from && span.from < ignore.covers.to;

function unusedFinding({ uri, span, rule }: LocatedIgnore): LocatedFinding {
  const known = ruleOf(rule) !== undefined;
  return {
    finding: {
      rule: 'ignore-unused',
      at: { uri, span },
      message: known ? `Nothing to ignore: ${rule}` : `Nothing to ignore: there is no rule ${rule}`,
      facts: { rule },
      replacement: '',
    },
    severity: 'warning',
    uri,
    span,
  };
}
