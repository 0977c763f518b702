import type { PciFunction } from '../../pci/topology.ts';
import { lockComparison } from '../lock-comparison.ts';
import type { Rule } from '../rule.ts';

export const lockFunctionNew: Rule = {
  id: 'lock-function-new',
  severity: 'info',
  title: 'a function is not in the lock file yet',
  checks: 'Each function that is there after boot stands in the lock file.',
  why: 'It came after the lock file was written. Nobody relies on its numbers yet; from the next `irqtopo lock` on they are kept.',
  remedy: 'Accept it: `irqtopo lock FILE`.',
  sources: ['docs/lock.md'],
  *check(context) {
    const { changes } = lockComparison(context) ?? { changes: [] };
    const fresh = new Set(changes.flatMap((change) => (change.is === 'new' ? [change.name] : [])));
    if (fresh.size === 0) return;
    const isFresh = ({ name }: PciFunction) => fresh.has(name);
    for (const { node, name, index } of context.topology.functions.filter(isFresh)) {
      yield {
        rule: 'lock-function-new',
        at: { decl: node.decl, part: 'header' },
        message: `${name} is not in the lock file yet`,
        functions: [index],
        facts: { fn: name },
      };
    }
  },
};
