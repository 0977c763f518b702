import { LPI_USERS_SHOWN, lpiUsers } from '../lpi-users.ts';
import { endOf, itsStateOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { listOf } from '../sharing.ts';
import { shortageOf } from '../shortage.ts';

export const lpiPoolExhausted: Rule = {
  id: 'lpi-pool-exhausted',
  severity: 'error',
  title: 'no LPI is left for a new table',
  checks: 'When a table is made, at least one LPI is left in the pool that all ITSs and all functions share.',
  why: `Every table reserves its LPIs when it is made: as many as it has events, a power of two. The pool has 2^id-bits - 8192 of them, at most 57,344, however large the ITS is. When no run is long enough Linux halves its wish again and again, down to one.

When there is none at all the table is not made, and the driver sees -ENOMEM on Linux 6.12 and -ENODEV on 7.2, for MSI and MSI-X alike. INTx still works.`,
  remedy:
    "Make large tables smaller: kernels from 6.11 on reserve for the whole MSI-X table, whatever the driver asks, so the table's size is what to change (QEMU: `vectors=`, `msix_qsize=`).",
  sources: [
    'Linux 7.2: its_lpi_alloc, alloc_lpi_range, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: exhaust-lpi (6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      if (outcome.messages > 0 || shortageOf(outcome) !== 'lpis') continue;
      const { fn, name, first } = outcome;
      const errno = first.errno ?? (context.machine.rules === '7.2' ? 'ENODEV' : 'ENOMEM');
      const its = itsStateOf(outcome.step.state, first.requester?.controller ?? 0);
      const users = lpiUsers(context, outcome);
      yield {
        rule: 'lpi-pool-exhausted',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `The pool of ${its?.lpisTotal ?? 0} LPIs is exhausted by ${listOf(users.map((user) => user.name))}: ${name} gets -${errno}${outcome.last.mode === 'intx' ? `, then ${endOf(outcome)}` : ''}`,
        related: users.slice(0, LPI_USERS_SHOWN).map(({ related }) => related),
        functions: [fn],
        facts: { fn: name, lpis: its?.lpisTotal ?? 0, errno },
      };
    }
  },
};
