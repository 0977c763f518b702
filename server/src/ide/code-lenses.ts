/** A line over each scenario, and over what functions expect at boot: how it went, and what is left at its end. */
import type { Analysis } from '../analysis/analysis.ts';
import { counted } from '../rules/words.ts';
import type { Span } from '../syntax/tree.ts';
import { headroomWords } from './headroom-words.ts';
import { type SpecTest, testsOf } from './tests.ts';

export interface TestLens {
  /** The header it stands over. */
  readonly span: Span;
  /** Id of the test, for whoever runs it. */
  readonly test: string;
  /** "✓ 5 steps", "✗ 1 of 5 steps failed". */
  readonly result: string;
}

/** The lenses of the main file. */
export function testLensesIn(analysis: Analysis): readonly TestLens[] {
  return testsOf(analysis)
    .filter(({ of, at }) => of === 'scenario' && at.uri === analysis.uri)
    .map((test) => ({ span: test.at.span, test: test.id, result: resultText(test) }));
}

/** "left: 57331 LPIs, 3 free slots" at the end of a scenario; undefined where no test has that id. */
export function leftAfter(analysis: Analysis, id: string): string | undefined {
  const end = testsOf(analysis)
    .find((test) => test.id === id)
    ?.run?.steps.at(-1);
  return end && `left: ${headroomWords(end.state)}`;
}

/** How many steps, and how many of them failed; one with two unmet expectations failed once. */
function resultText({ steps, failures }: SpecTest): string {
  if (failures.length === 0) return `✓ ${counted(steps, 'step')}`;
  const failed = new Set(failures.map(({ step, found }) => step ?? found)).size;
  return `✗ ${failed} of ${counted(steps, 'step')} failed`;
}
