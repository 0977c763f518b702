import { size } from '../../base/intervals.ts';
import { totalMsis } from '../../controllers/spapr/source-space.ts';
import { machineTypeText } from '../firmware-calls.ts';
import type { Rule } from '../rule.ts';

export const spaprLegacySpace: Rule = {
  id: 'spapr-legacy-space',
  severity: 'warning',
  title: 'an old pseries machine has one pool of 1024 interrupt sources',
  checks: 'pseries machine types up to 3.0.',
  why: 'Up to pseries-3.0 all interrupt sources are one pool of 1024, 0x1000 to 0x13ff, first come, first served: events, NVRAM and terminals, four lines for each host bridge, then MSIs. The device tree says 1024 MSIs all the same. From pseries-3.1 on there are 3328 for MSIs alone.',
  remedy: 'Use a newer machine type, unless the guest must be able to migrate to an old QEMU.',
  sources: [
    'QEMU 7.2: spapr_irq_find, legacy_irq_allocation, hw/ppc/spapr_irq.c',
    'Recorded machines: spapr-basic-pseries30-61, spapr-basic-pseries212-61, spapr-basic-pseries27-61',
  ],
  *check({ machine, boot }) {
    const state = boot.steps.at(-1)?.state;
    for (const controller of state?.controllers ?? []) {
      if (controller.type !== 'spapr' || controller.space.numbering === 'per-type') continue;
      const free = size(controller.space.free);
      const total = totalMsis(controller.space);
      yield {
        rule: 'spapr-legacy-space',
        at: { decl: controller.controller.decl, part: 'header' },
        message: `With ${machineTypeText(machine)} there are ${total} interrupt sources in all, ${free} of them free after boot`,
        facts: { total, free },
      };
    }
  },
};
