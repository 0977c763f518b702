import { LPI_USERS_SHOWN, lpiUsers } from '../lpi-users.ts';
import { deviceIdOf, endOf, isCut, severityOf, troubled } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { shortageOf, tableOf } from '../shortage.ts';

export const lpiBlockHalved: Rule = {
  id: 'lpi-block-halved',
  severity: 'warning',
  title: 'a table got fewer LPIs than it has events',
  checks: 'When a table is made, the pool has a free run of LPIs as long as the table.',
  why: 'LPIs of a table are one run. When no run is long enough Linux halves its wish until one is: with 192 left, a wish for 256 becomes 128. The ITS is still told the full size. Events past the LPIs cannot be used, so the driver gets fewer vectors than the function offers, or -ENOSPC.',
  remedy: 'Make large tables smaller, or let the large ones be made first, while the pool is whole.',
  sources: [
    'Linux 7.2: its_lpi_alloc, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: exhaust-lpi-bridge, exhaust-lpi (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of troubled(context)) {
      const { made, fn, name, messages, first } = outcome;
      const wasCut = made !== undefined && isCut(made);
      const table = wasCut || shortageOf(outcome) === 'lpi-block' ? tableOf(outcome) : undefined;
      if (table === undefined) continue;
      const { lpiCount: lpis, lpisRequested: entries } = table;
      yield {
        rule: 'lpi-block-halved',
        severity: severityOf(outcome, messages < first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: wasCut
          ? `${name}: no run of ${entries} LPIs is free, so the table of ${deviceIdOf(outcome)} has ${lpis} for its ${entries} entries: ${endOf(outcome)}`
          : `${name} finds the table of ${deviceIdOf(outcome)} with ${lpis} LPIs for ${entries} entries, for no longer run was free when it was made: ${endOf(outcome)}`,
        related: lpiUsers(outcome)
          .slice(0, LPI_USERS_SHOWN)
          .map(({ related }) => related),
        functions: [fn],
        facts: { fn: name, lpis, wanted: entries, events: entries, free: lpis },
      };
    }
  },
};
