import { deviceIdBits, deviceTableCapacity } from '../../controllers/gicv3-its/device-table.ts';
import { deviceIdBits as gicv5DeviceIdBits } from '../../controllers/gicv5-its/itt.ts';
import type { Controller, Its } from '../../model/machine.ts';
import type { Rule } from '../rule.ts';
import { at, deviceIdGroups, hex } from '../sharing.ts';

export const devidOutOfTable: Rule = {
  id: 'devid-out-of-table',
  severity: 'error',
  title: 'a DeviceID that the ITS has no room for',
  checks:
    'Every DeviceID lies within the device table that Linux allocates for its ITS: `device-id-bits` of them, less where the table would be too large.',
  why: 'The device table has an entry per DeviceID. A flat table ends with its last page (at most 4 MiB with 4 KiB pages), a two-level one with its first-level page. For a DeviceID past the end no translation table can be made: its_create_device fails, and the driver sees -ENODEV (Linux 7.2) or -ENOMEM. One that is within the last page but needs more bits than the ITS decodes gets its table, and its messages never arrive.',
  remedy: 'Widen `device-id-bits`, which the quick-fix does, or map the function to a smaller DeviceID.',
  sources: [
    'Linux 7.2: its_alloc_device_table, its_parse_indirect_baser, its_setup_baser, drivers/irqchip/irq-gic-v3-its.c; GICv5: gicv5_its_device_register, irq-gic-v5-its.c',
  ],
  *check(context) {
    const { topology, machine } = context;
    const rooms = new Map<Its, number>();
    for (const { sharers, deviceId, its, controller } of deviceIdGroups(context)) {
      if (its === undefined) continue;
      const supports = bitsOf(controller, its, machine.pageSizeBytes);
      const room = rooms.get(its) ?? roomOf(controller, its, machine.pageSizeBytes);
      rooms.set(its, room);
      if (deviceId < room) continue;
      const needs = deviceId.toString(2).length;
      for (const { fn } of sharers) {
        const { node, name } = at(topology, fn);
        yield {
          rule: 'devid-out-of-table',
          at: { decl: node.decl, part: 'header' },
          message: `DeviceID ${hex(deviceId)} of ${name} needs ${needs} bits, ${its.name ?? 'the ITS'} supports ${supports}`,
          related: [
            {
              at: { decl: its.decl, part: { property: 'device-id-bits' } },
              message: `${supports} bits are set here`,
            },
          ],
          functions: [fn],
          facts: { fn: name, deviceId, needs, supports },
        };
      }
    }
  },
};

/** DeviceIDs from 0 that have an entry in the device table. */
function roomOf(controller: Controller, its: Its, pageSizeBytes: number): number {
  const decoded = 2 ** bitsOf(controller, its, pageSizeBytes);
  return controller.type === 'gicv5' ? decoded : Math.min(decoded, deviceTableCapacity(its, pageSizeBytes));
}

/** DeviceID bits that the ITS decodes, and in a GICv5 the kernel's table has. */
const bitsOf = (controller: Controller, its: Its, pageSizeBytes: number): number =>
  controller.type === 'gicv5' ? gicv5DeviceIdBits(its, pageSizeBytes) : deviceIdBits(its);
