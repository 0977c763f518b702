import { deviceIdOf, endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';
import { eventShortageOf, tableOf } from '../shortage.ts';

export const ittKeptByBoundSibling: Rule = {
  id: 'itt-kept-by-bound-sibling',
  severity: 'warning',
  title: 'a function finds the table of another one that freed its vectors and is still bound',
  checks:
    'On the rules of Linux 7.2, a function that shares its DeviceID finds no table too small for it, kept by a function whose vectors are free.',
  why: 'Since Linux 6.16 a table goes with the MSI domain of the function that made it, and that stays while its driver is bound, whether or not it holds vectors. Whoever comes next under the same DeviceID finds the table, marks it shared for ever, and has to make do with its size. On Linux 6.1 and 6.12 the last vector takes the table along, and the newcomer makes one of its own.',
  remedy: 'Unbind the driver of the other function first (`remove`), or give the two DeviceIDs of their own.',
  sources: [
    'Linux 7.2: its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c; msi_remove_device_irq_domain, kernel/irq/msi.c',
    'Recorded machine: linux-7.2-devid0-single (40 wanted, 32 events: -ENOSPC)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const table = tableOf(outcome);
      if (eventShortageOf(outcome) !== 'kept' || table === undefined) continue;
      const { fn, name, wanted, messages, first } = outcome;
      const sibling = at(outcome.step.state.topology, table.createdBy);
      yield {
        rule: 'itt-kept-by-bound-sibling',
        severity: severityOf(outcome, messages < first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: `${deviceIdOf(outcome)} still has the ${table.lpiCount}-event table of ${sibling.name}, which freed its vectors and is still bound; ${name} wants ${wanted} and gets ${endOf(outcome)}`,
        related: [{ at: { decl: sibling.node.decl, part: 'header' }, message: `${sibling.name} made the table` }],
        functions: [fn, table.createdBy],
        facts: { fn: name, old: sibling.name, size: table.lpiCount, wanted, messages },
      };
    }
  },
};
