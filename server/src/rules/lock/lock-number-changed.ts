import type { PciFunction } from '../../pci/topology.ts';
import { changeText } from '../../timeline/lock/compare.ts';
import { lockComparison } from '../lock-comparison.ts';
import type { Rule } from '../rule.ts';

export const lockNumberChanged: Rule = {
  id: 'lock-number-changed',
  severity: 'error',
  title: 'an address or interrupt number is not the one in the lock file',
  checks:
    'Where a lock file (`FILE.irqtopo.lock`) stands beside a spec, each function has after boot the address, DeviceID, mode, number of vectors and first numbers that stand there.',
  why: 'Guests keep what they have seen: network interfaces are named after their slot, Windows takes a device at another address for a new one, configuration names `0000:02:00.0`, an interrupt’s number stands in somebody’s affinity script. A port more, another order, a newer machine type or kernel moves such numbers for functions that nobody touched, and the first to notice is the guest after an upgrade.',
  remedy:
    'Give the function its old place (`at`, `bus`), or accept the new numbers: `irqtopo lock FILE` writes them, and what has changed is seen in the difference of the lock file.',
  sources: ['docs/lock.md', 'systemd.net-naming-scheme: ID_NET_NAME_SLOT, ID_NET_NAME_PATH'],
  *check(context) {
    const { changes } = lockComparison(context) ?? { changes: [] };
    if (changes.length === 0) return;
    const byName = new Map<string, PciFunction>();
    for (const fn of context.topology.functions) byName.set(fn.name, fn);
    for (const change of changes) {
      const fn = byName.get(change.name);
      if (change.is !== 'changed' || fn === undefined) continue;
      yield {
        rule: 'lock-number-changed',
        at: { decl: fn.node.decl, part: 'header' },
        message: `${fn.name} is not as in the lock file: ${change.changes.map(changeText).join(', ')}`,
        functions: [fn.index],
        facts: { fn: fn.name, changes: change.changes.length },
      };
    }
  },
};
