/** The lock file that a spec would have as it is now. */
import type { Analysis } from '../analysis/analysis.ts';
import { LOCK_SUFFIX, lockText } from '../timeline/lock/lock-file.ts';
import { allNumbers } from '../timeline/lock/numbers.ts';

/** Where it stands, and what is in it; undefined for a file that describes no machine. */
export function lockOf({ uri, machine, boot }: Analysis): { readonly uri: string; readonly text: string } | undefined {
  const state = boot.steps.at(-1)?.state;
  if (!machine.complete || state === undefined) return undefined;
  return { uri: uri + LOCK_SUFFIX, text: lockText(allNumbers(state)) };
}
