import type { Rule } from '../rule.ts';
import { at, hex, relatedTo, sharedDeviceIds } from '../sharing.ts';

export const gicv5DevidShared: Rule = {
  id: 'gicv5-devid-shared',
  severity: 'error',
  title: 'GICv5: a DeviceID has room for one function only',
  checks: 'On a GICv5 ITS no two functions signal as the same DeviceID.',
  why: 'The GICv5 ITS driver registers each DeviceID once. The second function that asks finds it taken ("already been registered") and gets -EBUSY: behind an aliasing bridge only the first one has MSI.',
  remedy: 'Keep functions off aliasing bridges: below root ports each has its own DeviceID.',
  sources: [
    'Linux 7.2: gicv5_its_alloc_device, drivers/irqchip/irq-gic-v5-its.c; its_v5_pci_msi_prepare, irq-gic-its-msi-parent.c',
  ],
  *check(context) {
    const { topology } = context;
    for (const { sharers, deviceId, controller } of sharedDeviceIds(context)) {
      const [first, ...others] = sharers;
      if (controller.type !== 'gicv5' || first === undefined) continue;
      const owner = at(topology, first.fn).name;
      for (const { fn } of others) {
        const { node, name } = at(topology, fn);
        yield {
          rule: 'gicv5-devid-shared',
          at: { decl: node.decl, part: 'header' },
          message: `GICv5 ITS: DeviceID ${hex(deviceId)} is registered for ${owner}; ${name} is its second user and gets -EBUSY`,
          related: relatedTo(topology, [first.fn], () => `${owner} has the DeviceID`),
          functions: [fn, first.fn],
          facts: { fn: name, owner, deviceId },
        };
      }
    }
  },
};
