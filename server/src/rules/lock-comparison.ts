/** What is different from the lock file: worked out once for all rules about it. */
import { compareNumbers, type NumberComparison } from '../timeline/lock/compare.ts';
import { allNumbers } from '../timeline/lock/numbers.ts';
import type { Run } from '../timeline/run.ts';
import type { RuleContext, SpecLock } from './context.ts';
import { afterBoot } from './headroom.ts';

const comparisons = new WeakMap<Run, { readonly lock: SpecLock; readonly comparison: NumberComparison }>();

/** Undefined without a lock file that can be read. */
export function lockComparison(context: RuleContext): NumberComparison | undefined {
  const { boot, lock } = context;
  if (lock === undefined || !lock.parsed.ok) return undefined;
  const known = comparisons.get(boot);
  if (known?.lock === lock) return known.comparison;
  const comparison = compareNumbers(lock.parsed.lock.functions, allNumbers(afterBoot(context)));
  comparisons.set(boot, { lock, comparison });
  return comparison;
}
