/** What every test of a fix does: takes it, compares the whole text, and looks whether it kept its promise. */
import { expect } from 'vitest';
import {
  type Analysis,
  analyseNow,
  fixesOf,
  type ProvedFix,
  type Sources,
} from '../../../server/src/analysis/index.ts';
import { applyEdits } from '../../../server/src/syntax/edits.ts';
import { formatText } from '../../../server/src/syntax/printer.ts';

const URI = 'file:///spec/main.irqtopo';

/** One file and nothing to include. */
export const sourcesOf = (text: string): Sources => ({
  read: (uri) => (uri === URI ? { text } : { missing: 'does not exist' }),
  resolve: (_, path) => ({ refused: `${path} is not there` }),
});

export const analyseText = (text: string): Analysis => analyseNow(sourcesOf(text), URI);

/** The proved fixes of a kind that are offered for the findings of a rule, in their order. */
export function offered(text: string, rule: string, fix: string): readonly ProvedFix[] {
  const analysis = analyseText(text);
  return analysis.findings
    .filter(({ finding }) => finding.rule === rule)
    .flatMap((found) => fixesOf(analysis, sourcesOf(text), found, fix));
}

/** Takes the first fix of a kind for a rule: the text becomes `after`, as the formatter would leave it, with fewer findings of the rule. */
export function checkFix(rule: string, fix: string, before: string, after: string): void {
  const [first] = offered(before.slice(1), rule, fix);
  expect(first, `${fix} is offered for ${rule}`).toBeDefined();
  if (first === undefined) return;
  const text = applyEdits(before.slice(1), first.edits);
  expect(`\n${text}`).toBe(after);
  if (formatText(before.slice(1)) === before.slice(1)) expect(formatText(text)).toBe(text);
  const [had, has] = [before.slice(1), text].map((one) => analyseText(one).findings);
  const count = (findings = had) => findings?.filter(({ finding }) => finding.rule === rule).length ?? 0;
  expect(count(has)).toBeLessThan(count(had));
  if (count(has) === 0) expect(offered(text, rule, fix)).toEqual([]);
}
