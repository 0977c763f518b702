/** On a step in a hover: whether what was inserted again has its old numbers, and what other models would have made of it. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { leftBehindBy } from '../timeline/left-behind.ts';
import { reinsertionsAt } from '../timeline/reinsertions.ts';
import type { Run } from '../timeline/run.ts';
import { paragraphs } from './hover-words.ts';
import { reinsertionLines } from './reinsertion-words.ts';
import { whatIfLines } from './what-if-text.ts';

/** Functions told of before "and n more". */
const NAMED = 8;

/** About a step; undefined where nothing was inserted again and nothing was left behind. */
export function againText(analysis: Analysis, decl: Declared): string | undefined {
  for (const run of analysis.runs) {
    const at = run.steps.findIndex(({ step }) => step?.decl === decl);
    if (at < 0) continue;
    const lines = reinsertionLines(run, at);
    const more = lines.length > NAMED ? [`… and ${lines.length - NAMED} more`] : [];
    const again = [...lines.slice(0, NAMED), ...more].map((line) => `- ${line}`).join('\n');
    const otherwise = leavesBehind(run, at)
      ? whatIfLines(analysis, run, at)
          .map((line) => `- ${line}`)
          .join('\n')
      : '';
    const text = paragraphs(
      again === '' ? undefined : `Again:\n${again}`,
      otherwise === '' ? undefined : `Were blocks of messages freed otherwise:\n${otherwise}`,
    );
    return text === '' ? undefined : text;
  }
  return undefined;
}

/** About one function at a moment of a run: undefined where it was not inserted again by the last of the steps. */
export function functionAgainText(run: Run, at: number, fn: FunctionIndex): string | undefined {
  const position = reinsertionsAt(run, at).findIndex((one) => one.fn === fn);
  return position < 0 ? undefined : `${reinsertionLines(run, at)[position]}.`;
}

/** Whether a step up to this one left events behind: only then do the models differ. */
function leavesBehind({ steps }: Run, at: number): boolean {
  return steps.slice(1, at + 1).some((result, i) => {
    const before = steps[i]?.state;
    return before !== undefined && leftBehindBy(before, result).length > 0;
  });
}
