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
  /** "left: 57331 LPIs, 3 free slots"; undefined where no run ends. */
  readonly left: string | undefined;
}

/** The lenses of the main file. */
export function testLensesIn(analysis: Analysis): readonly TestLens[] {
  return testsOf(analysis)
    .filter(({ of, at }) => of === 'scenario' && at.uri === analysis.uri)
    .map((test) => {
      const end = test.run?.steps.at(-1)?.state;
      return {
        span: test.at.span,
        test: test.id,
        result: resultText(test),
        left: end === undefined ? undefined : `left: ${headroomWords(end)}`,
      };
    });
}

/** How many steps, and how many of them failed; one with two unmet expectations failed once. */
function resultText({ steps, failures }: SpecTest): string {
  if (failures.length === 0) return `✓ ${counted(steps, 'step')}`;
  const failed = new Set(failures.map(({ step, found }) => step ?? found)).size;
  return `✗ ${failed} of ${counted(steps, 'step')} failed`;
}
