/** Findings of what happens on another machine: after a `migrate`, functions have that machine's numbers. */
import type { Declared } from '../model/declared.ts';
import type { Finding } from '../rules/rule.ts';
import type { Run } from '../timeline/run.ts';

/** The findings, those at steps after a migration without the numbers of functions, which mean others here. */
export function withoutNumbersElsewhere(findings: Finding[], runs: readonly Run[]): Finding[] {
  const elsewhere = new Set<Declared>();
  for (const { steps } of runs) {
    const first = steps.findIndex(({ migration }) => migration !== undefined);
    if (first < 0) continue;
    for (const { step } of steps.slice(first)) if (step !== undefined) elsewhere.add(step.decl);
  }
  if (elsewhere.size === 0) return findings;
  return findings.map((finding) => {
    if (!('decl' in finding.at) || finding.functions === undefined || !elsewhere.has(finding.at.decl)) return finding;
    const { functions, ...rest } = finding;
    return rest;
  });
}
