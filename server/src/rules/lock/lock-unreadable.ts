import type { Place, Rule } from '../rule.ts';

export const lockUnreadable: Rule = {
  id: 'lock-unreadable',
  severity: 'error',
  title: 'the lock file cannot be understood',
  checks: 'A lock file begins with its version, and each line is a function with `KEY=VALUE` pairs that are known.',
  why: 'A lock file that is not understood keeps nothing: whatever changes goes unnoticed. It was edited by hand, is left from a merge with conflicts, or was written by a newer irqtopo.',
  remedy: 'Settle the conflict, or write it anew: `irqtopo lock FILE`.',
  sources: ['docs/lock.md'],
  *check({ lock, machine }) {
    if (lock === undefined || lock.parsed.ok) return;
    const { line, reason } = lock.parsed;
    const decl = machine.decl ?? machine.hostBridges[0]?.decl;
    const at: Place = decl === undefined ? { uri: lock.uri, span: { from: 0, to: 0 } } : { decl, part: 'header' };
    yield {
      rule: 'lock-unreadable',
      at,
      message: `The lock file cannot be read, line ${line}: ${reason}`,
      facts: { line },
    };
  },
};
