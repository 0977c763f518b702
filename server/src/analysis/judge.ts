/**
 * The judge of fixes. A quick-fix is offered only when the edited text, analysed again, has lost the finding it is for and
 * has gained none: a fix is a proof, not a proposal.
 */

import { FIXES } from '../fixes/index.ts';
import type { Sources } from '../model/sources.ts';
import { applyEdits } from '../syntax/edits.ts';
import type { Span } from '../syntax/tree.ts';
import type { Analysis, LocatedFinding, ProvedFix } from './analysis.ts';
import { analyseEdited, fixContext, textOf } from './edited.ts';

/** Proposals tried for one finding by one fix before the judge gives up: each costs an analysis. */
const TRIES_PER_FIX = 12;

/**
 * The proved fixes for the findings of the main file that touch a span, least change first as the fixes propose them.
 * @param only restricts to one fix, by id
 */
export function fixesFor(analysis: Analysis, sources: Sources, span: Span, only?: string): readonly ProvedFix[] {
  return analysis.findings
    .filter((found) => found.uri === analysis.uri && found.span.from <= span.to && span.from <= found.span.to)
    .flatMap((found) => fixesOf(analysis, sources, found, only));
}

/** The proved fixes of one finding. */
export function fixesOf(
  analysis: Analysis,
  sources: Sources,
  found: LocatedFinding,
  only?: string,
): readonly ProvedFix[] {
  const context = fixContext(analysis);
  if (context === undefined) return [];
  const proved: ProvedFix[] = [];
  const seen = new Set<string>();
  for (const fix of FIXES) {
    if (!fix.rules.includes(found.finding.rule) || (only !== undefined && fix.id !== only)) continue;
    let tries = 0;
    for (const { title, edits, otherwise } of fix.propose(found.finding, context)) {
      if (otherwise && proved.at(-1)?.fix === fix.id) continue;
      if (tries++ === TRIES_PER_FIX) break;
      const text = applyEdits(context.tree.text, edits);
      if (seen.has(text) || text === context.tree.text) continue;
      seen.add(text);
      const solves = proof(analysis, sources, found, text);
      if (solves) proved.push({ fix: fix.id, title, safety: fix.safety, uri: analysis.uri, edits, solves });
    }
  }
  return proved;
}

/**
 * The edits of all safe fixes, one after the other, each proved on the text the ones before have left.
 * @returns the text with everything safe repaired; the same text when there is nothing to do
 */
export function fixAll(analysis: Analysis, sources: Sources): string {
  let current = analysis;
  for (;;) {
    const fix = firstSafe(current, sources);
    if (fix === undefined) return textOf(current);
    const text = applyEdits(textOf(current), fix.edits);
    current = analyseEdited(current, sources, text);
  }
}

function firstSafe(analysis: Analysis, sources: Sources): ProvedFix | undefined {
  for (const found of analysis.findings) {
    if (found.uri !== analysis.uri) continue;
    const fix = fixesOf(analysis, sources, found).find(({ safety }) => safety === 'safe');
    if (fix) return fix;
  }
  return undefined;
}

/** What the edited text has lost, when that proves the fix; undefined when it does not. */
function proof(
  before: Analysis,
  sources: Sources,
  target: LocatedFinding,
  text: string,
): readonly LocatedFinding[] | undefined {
  const after = analyseEdited(before, sources, text);
  const left = countBySubject(after, after.findings);
  const had = countBySubject(before, before.findings);
  for (const [subject, count] of left) if (count > (had.get(subject) ?? 0)) return undefined;
  const lost = before.findings.filter((found) => {
    const subject = subjectOf(before, found);
    return (left.get(subject) ?? 0) < (had.get(subject) ?? 0);
  });
  return lost.includes(target) ? lost : undefined;
}

function countBySubject(analysis: Analysis, findings: readonly LocatedFinding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const found of findings) {
    const subject = subjectOf(analysis, found);
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts;
}

/** What a finding is about, in words that survive an edit which moves text: its rule and the name of its declaration. */
function subjectOf(analysis: Analysis, { finding, uri }: LocatedFinding): string {
  const { at } = finding;
  if ('decl' in at)
    return `${finding.rule} ${at.decl.kind} ${at.decl.name ?? firstFunction(analysis, finding.functions)}`;
  return `${finding.rule} ${uri}`;
}

const firstFunction = (analysis: Analysis, functions: readonly number[] | undefined): string => {
  const fn = functions?.[0];
  return fn === undefined ? '' : (analysis.topology.functions[fn]?.name ?? '');
};
