import { deviceIdOf, deviceOf, endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';
import { eventShortageOf } from '../shortage.ts';

export const staleIttInherited: Rule = {
  id: 'stale-itt-inherited',
  severity: 'warning',
  title: 'a function inherits the table that another one left',
  checks:
    'What is plugged where a DeviceID still has a table, because it was shared or because events were left behind, finds all the events it wants in it.',
  why: 'A bridge that is plugged in place of another gets the same bus number, and with it the same DeviceID. The table of that DeviceID was shared, so it was never freed: the newcomer gets it at its old size. The same happens to a device in a slot whose last owner left events behind.',
  remedy: 'Plug into another slot, so that the bus number and the DeviceID are others. Only a reboot frees the table.',
  sources: [
    'Linux 7.2: its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machine: bridge-hotplug-whole (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const { before, fn, name, wanted, messages, first } = outcome;
      const device = deviceOf(before, outcome);
      if (eventShortageOf(outcome) !== 'inherited' || device === undefined) continue;
      const old = at(before.topology, device.createdBy);
      yield {
        rule: 'stale-itt-inherited',
        severity: severityOf(outcome, messages < first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: `${name} inherits the ${device.lpiCount}-event table of ${deviceIdOf(outcome)} left by ${old.name}; it wants ${wanted} and gets ${endOf(outcome)}`,
        related: [{ at: { decl: old.node.decl, part: 'header' }, message: `${old.name} made the table` }],
        functions: [fn, device.createdBy],
        facts: { fn: name, old: old.name, size: device.lpiCount, wanted, messages },
      };
    }
  },
};
