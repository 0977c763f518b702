import type { Rule } from '../rule.ts';
import { at, deviceIdGroups, hex } from '../sharing.ts';

export const devidGicv4Proxy: Rule = {
  id: 'devid-gicv4-proxy',
  severity: 'error',
  title: 'a function on the DeviceID that GICv4 keeps for itself',
  checks: 'On a GICv4.0 without direct LPIs, no function has the last DeviceID of the first ITS.',
  why: 'To control the doorbells of virtual CPUs, Linux takes the last DeviceID (2^bits - 1) of the first ITS for a proxy device. A function that is mapped there gets -EINVAL and a warning with a backtrace.',
  remedy: 'Map the function elsewhere with `msi-map`, or widen the DeviceIDs with `device-id-bits`.',
  sources: ['Linux 7.2: its_init_vpe_domain, its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c'],
  *check(context) {
    for (const { sharers, deviceId, controller, its } of deviceIdGroups(context)) {
      if (controller.type !== 'gicv3' || !controller.gicv4 || controller.directLpi) continue;
      if (its === undefined || its !== controller.itses[0] || deviceId !== 2 ** its.deviceIdBits - 1) continue;
      for (const { fn } of sharers) {
        const { node, name } = at(context.topology, fn);
        yield {
          rule: 'devid-gicv4-proxy',
          at: { decl: node.decl, part: 'header' },
          message: `${name} has DeviceID ${hex(deviceId)}, which GICv4 takes for its proxy device: -EINVAL`,
          related: [{ at: { decl: controller.decl, part: 'header' }, message: 'GICv4 without direct LPIs' }],
          functions: [fn],
          facts: { fn: name, deviceId },
        };
      }
    }
  },
};
