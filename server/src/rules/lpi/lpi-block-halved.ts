import { endOf, outcomes, severityOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';

export const lpiBlockHalved: Rule = {
  id: 'lpi-block-halved',
  severity: 'warning',
  title: 'a table got fewer LPIs than it has events',
  checks: 'When a table is made, the pool has a free run of LPIs as long as the table.',
  why: 'LPIs of a table are one run. When no run is long enough Linux halves its wish until one is; the ITS is still told the full size. Events past the LPIs cannot be used, so the driver gets fewer vectors than the function offers, or -ENOSPC.',
  remedy: 'Make large tables smaller, or let the large ones be made first, while the pool is whole.',
  sources: [
    'Linux 7.2: its_lpi_alloc, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: exhaust-lpi-bridge, exhaust-lpi (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of outcomes(context)) {
      const made = outcome.calls.flatMap(({ effects }) => effects).findLast((effect) => effect.does === 'mapd');
      if (made === undefined || made.lpiCount >= made.lpisRequested) continue;
      const { fn, name } = outcome;
      yield {
        rule: 'lpi-block-halved',
        severity: severityOf(outcome, outcome.messages < outcome.first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: `${name}: only ${made.lpiCount} of ${made.lpisRequested} LPIs are available in one run; the table has ${made.events} entries all the same, and the driver gets ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, lpis: made.lpiCount, wanted: made.lpisRequested, events: made.events },
      };
    }
  },
};
