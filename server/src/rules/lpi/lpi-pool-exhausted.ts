import { LPI_USERS_SHOWN, type LpiUser, lpiUsers } from '../lpi-users.ts';
import { endOf, type Outcome, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { listOf } from '../sharing.ts';
import { shortageOf } from '../shortage.ts';

export const lpiPoolExhausted: Rule = {
  id: 'lpi-pool-exhausted',
  severity: 'error',
  title: 'no LPI is left',
  checks:
    'When a table is made, at least one LPI is left in the pool that all ITSs and all functions share; in a GICv5, as many as there are vectors.',
  why: `Every table reserves its LPIs when it is made: as many as it has events, a power of two. The pool has 2^id-bits - 8192 of them, at most 57,344, however large the ITS is. When no run is long enough Linux halves its wish again and again, down to one.

When there is none at all the table is not made, and the driver sees -ENOMEM on Linux 6.12 and -ENODEV on 7.2, for MSI and MSI-X alike. INTx still works.

A GICv5 has no such reserve: each vector takes one LPI when it is allocated, the lowest free one, of 2^id-bits less 8 for each possible CPU. When they are used up the answer is -ENOSPC, and MSI-X is tried again with what there was.`,
  remedy:
    "Make large tables smaller: kernels from 6.11 on reserve for the whole MSI-X table, whatever the driver asks, so the table's size is what to change (QEMU: `vectors=`, `msix_qsize=`).",
  sources: [
    'Linux 7.2: its_lpi_alloc, alloc_lpi_range, drivers/irqchip/irq-gic-v3-its.c',
    'Linux 7.2: alloc_lpi, drivers/irqchip/irq-gic-v5.c',
    'Recorded machines: exhaust-lpi (6.12, 7.2)',
  ],
  *check(context) {
    // Thousands may have the pool, and as many find it empty: who has it is put into words once.
    const lists = new Map<readonly LpiUser[], string>();
    for (const outcome of shortfalls(context)) {
      if (shortageOf(outcome) !== 'lpis') continue;
      const total = lpisTotal(outcome);
      if (total.isPerTable && outcome.messages > 0) continue;
      const { fn, name, first, messages } = outcome;
      const errno =
        first.errno ?? (!total.isPerTable ? 'ENOSPC' : context.machine.rules === '7.2' ? 'ENODEV' : 'ENOMEM');
      const users = lpiUsers(outcome);
      const list = lists.get(users) ?? listOf(users.map((user) => user.name));
      lists.set(users, list);
      yield {
        rule: 'lpi-pool-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `The pool of ${total.lpis} LPIs is exhausted by ${list}: ${name} gets ${messages > 0 ? endOf(outcome) : `-${errno}`}${outcome.last.mode === 'intx' ? `, then ${endOf(outcome)}` : ''}`,
        related: users.slice(0, LPI_USERS_SHOWN).map(({ related }) => related),
        functions: [fn],
        facts: { fn: name, lpis: total.lpis, errno },
      };
    }
  },
};

/** LPIs there are for devices. In a GICv5 each vector takes one, so that a call can have some of what it asks. */
function lpisTotal({ step, first }: Outcome): { readonly lpis: number; readonly isPerTable: boolean } {
  const controller = step.state.controllers[first.requester?.controller ?? 0];
  if (controller?.type === 'gicv5') return { lpis: controller.lpisTotal, isPerTable: false };
  return { lpis: controller?.type === 'gicv3' ? controller.lpisTotal : 0, isPerTable: true };
}
