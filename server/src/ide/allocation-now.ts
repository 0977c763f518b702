/** The allocation as a text, beginning with the moment that somebody looks at. */
import type { RuleContext } from '../rules/context.ts';
import { allocationAfter } from './allocation.ts';
import { allocationLines, allocationText } from './allocation-text.ts';
import type { Moment } from './hover-moment.ts';
import { stepWords } from './step-words.ts';

/** {@link allocationText} with the allocation at a moment before it; undefined: only what comes without one. */
export function allocationTextAt(context: RuleContext, now: Moment | undefined): string {
  if (now === undefined) return allocationText(context);
  const { run, step, words } = now;
  const heading = `Now, ${words.replaceAll('`', '')}: ${stepWords(run, step) ?? ''}`;
  return [heading, '', ...allocationLines(allocationAfter(run, step)), '', allocationText(context)].join('\n');
}
