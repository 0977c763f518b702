/** Calls of the firmware in one form, so that what was recorded and what was predicted can be compared. */
import { add, type Intervals, noIntervals } from '../../../server/src/base/intervals.ts';
import type { Effect } from '../../../server/src/controllers/effect.ts';
import type { ChangeMsiAnswer } from '../../../server/src/controllers/spapr/change-msi.ts';
import type { MsiBlock } from '../../../server/src/controllers/spapr/source-space.ts';
import { isObject } from '../commands.ts';

/** `observed.changeMsi`, one line per exchange; none when absent. */
export function recordedExchanges(changeMsi: unknown): string[] {
  if (!Array.isArray(changeMsi)) return [];
  return changeMsi.filter(isObject).map((exchange) => {
    const { answer, times = 1, function: called, asked, status, count, base, ...rest } = exchange;
    const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
    if (answer !== undefined) return `${answer} asked ${asked} times ${times}${more}`;
    return `function ${called} asked ${asked} status ${status} count ${count} base ${base}${more}`;
  });
}

/**
 * Predicted exchanges in the form of {@link recordedExchanges}. Those that were not seen are left out: with status -3, and those
 * refused for lack of sources.
 */
export function predictedExchanges(effects: readonly Effect[]): string[] {
  const lines: string[] = [];
  let nothings = 0;
  const flush = () => {
    if (nothings > 0) lines.push(`nothing-to-release asked 0 times ${nothings}`);
    nothings = 0;
  };
  for (const effect of effects) {
    if (effect.does !== 'change-msi') continue;
    const { called, asked, answer } = effect;
    if (answer.is === 'refused') {
      if (asked === 0 && answer.status === -1) nothings++;
      continue;
    }
    flush();
    if (answer.is === 'released') lines.push('released asked 0 times 1');
    if (answer.is === 'granted') {
      const { first, count } = answer.block;
      lines.push(`function ${called} asked ${asked} status 0 count ${count} base ${first}`);
    }
    if (answer.is === 'too-many') {
      lines.push(
        `function ${called} asked ${asked} status 0 count ${answer.offered} base undefined {"allocated":false}`,
      );
    }
  }
  flush();
  return lines;
}

/** The answers that stand in effects. */
export function answersIn(effects: readonly Effect[]): ChangeMsiAnswer[] {
  return effects.flatMap((effect) => (effect.does === 'change-msi' ? [effect.answer] : []));
}

/** Sources claimed and freed on the way. */
export function moved(answers: readonly ChangeMsiAnswer[]): { claim: Intervals; free: Intervals } {
  let claim = noIntervals;
  let free = noIntervals;
  const withBlock = (set: Intervals, block: MsiBlock | undefined) =>
    block === undefined ? set : add(set, block.first, block.first + block.count - 1);
  for (const answer of answers) {
    if (answer.is === 'granted') claim = withBlock(claim, answer.block);
    if (answer.is === 'granted' || answer.is === 'released') free = withBlock(free, answer.freed);
  }
  return { claim, free };
}

/** `observed.claim` or `observed.free` as a set; undefined when absent. */
export function recordedRuns(runs: unknown): Intervals | undefined {
  if (!Array.isArray(runs)) return undefined;
  let set = noIntervals;
  for (const run of runs) {
    if (Array.isArray(run)) set = add(set, Number(run[0]), Number(run[1]));
  }
  return set;
}
