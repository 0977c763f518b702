/** Whether functions that get vectors again have the numbers they had before, in a few words. */
import { type Interval, joinedInOrder } from '../base/intervals.ts';
import { reinsertionsAt } from '../timeline/reinsertions.ts';
import type { Run } from '../timeline/run.ts';
import { rangesText } from './allocation-text.ts';

/** "as before", "not as before", "2 as before, 1 not": of the step at this position; undefined where nobody had vectors before. */
export function reinsertionWords(run: Run, at: number): string | undefined {
  const found = reinsertionsAt(run, at);
  const same = found.filter((one) => one.same).length;
  const others = found.length - same;
  if (found.length === 0) return undefined;
  if (others === 0) return 'as before';
  return same === 0 ? 'not as before' : `${same} as before, ${others} not`;
}

/** The same as sentences, one for each function that was inserted again. */
export function reinsertionLines(run: Run, at: number): readonly string[] {
  const state = run.steps[at]?.state;
  return reinsertionsAt(run, at).map(({ fn, before, now, same }) => {
    const name = state?.topology.functions[fn]?.name ?? '';
    if (same) return `${name}: the same numbers as before, ${numbers(now.interrupts)}`;
    const moved = numbers(before.interrupts) === numbers(now.interrupts);
    return moved
      ? `${name}: other messages than before: ${numbers(now.messages)}, where it had ${numbers(before.messages)}`
      : `${name}: other numbers than before: ${numbers(now.interrupts)}, where it had ${numbers(before.interrupts)}`;
  });
}

const numbers = (runs: readonly Interval[]): string => rangesText(joinedInOrder(runs));
