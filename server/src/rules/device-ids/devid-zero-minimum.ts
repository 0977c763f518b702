import type { Rule } from '../rule.ts';
import { at, deviceIdGroups } from '../sharing.ts';

export const devidZeroMinimum: Rule = {
  id: 'devid-zero-minimum',
  severity: 'info',
  title: 'DeviceID 0 gets a table of 32 events at least',
  checks: 'Functions whose requester ID is mapped to DeviceID 0.',
  why: 'Linux takes DeviceID 0 for a sign that several devices may hide behind it and raises its table to 32 events, whatever is asked. It is the only DeviceID with such a minimum.',
  remedy: 'Nothing has to change. 32 LPIs are reserved where fewer would do.',
  sources: [
    'Linux 7.2: its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c',
    'Recorded machines: devid0-all, devid0-single (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const { sharers, deviceId, controller } of deviceIdGroups(context)) {
      const [first] = sharers;
      if (deviceId !== 0 || controller.type !== 'gicv3' || first === undefined) continue;
      const { node, name } = at(context.topology, first.fn);
      yield {
        rule: 'devid-zero-minimum',
        at: { decl: node.decl, part: 'header' },
        message: `${name} has DeviceID 0: its table is raised to 32 events`,
        functions: sharers.map(({ fn }) => fn),
        facts: { fn: name, minimum: 32 },
      };
    }
  },
};
