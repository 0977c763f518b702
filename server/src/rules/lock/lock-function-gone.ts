import type { RuleContext } from '../context.ts';
import { lockComparison } from '../lock-comparison.ts';
import type { Place, Rule } from '../rule.ts';

export const lockFunctionGone: Rule = {
  id: 'lock-function-gone',
  severity: 'warning',
  title: 'a function of the lock file is not there any more',
  checks: 'Each function that stands in the lock file is there after boot, under the same name.',
  why: 'It was taken out of the spec, has got another name, waits to be plugged in now, or the kernel does not find it. A guest that had it misses it.',
  remedy: 'Put it back, or accept it: `irqtopo lock FILE`.',
  sources: ['docs/lock.md'],
  *check(context) {
    const { changes } = lockComparison(context) ?? { changes: [] };
    const gone = changes.flatMap((change) => (change.is === 'gone' ? [change] : []));
    if (gone.length === 0) return;
    const names = gone
      .slice(0, told)
      .map(({ name, before }) => `${name} (${before.values.get('address') ?? 'nowhere'})`);
    const more = gone.length > told ? ` and ${gone.length - told} more` : '';
    yield {
      rule: 'lock-function-gone',
      at: machinePlace(context),
      message: `In the lock file, and not there after boot: ${names.join(', ')}${more}`,
      facts: { functions: gone.length },
    };
  },
};

/** Functions named before "and n more". */
const told = 8;

/** Where a finding about the machine as a whole points. */
function machinePlace({ machine, lock }: RuleContext): Place {
  const decl = machine.decl ?? machine.hostBridges[0]?.decl;
  return decl === undefined ? { uri: lock?.uri ?? '', span: { from: 0, to: 0 } } : { decl, part: 'header' };
}
