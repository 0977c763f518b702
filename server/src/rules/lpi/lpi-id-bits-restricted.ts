import { firstLpi } from '../../controllers/gicv3-its/lpi-pool.ts';
import { itsStateOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';

/** Linux uses no more interrupt ID bits than these: its_lpi_init and ITS_MAX_LPI_NRBITS, irq-gic-v3-its.c. */
const MOST_LPI_ID_BITS = 16;

export const lpiIdBitsRestricted: Rule = {
  id: 'lpi-id-bits-restricted',
  severity: 'info',
  title: 'the pool of LPIs is smaller than it could be',
  checks: 'A GICv3 offers 16 interrupt ID bits, and no hypervisor restricts the number of LPIs.',
  why: 'LPIs begin at 8192, so the pool has 2^id-bits - 8192: 57,344 with 16 bits, 8,192 with 14. A hypervisor may say less in GICD_TYPER.num_LPIs; Linux takes that number when it is above 2 and no more than the pool has, and ignores it otherwise.',
  remedy: 'Nothing has to change as long as the pool suffices; hover over the controller to see what is left.',
  sources: ['Linux 7.2: its_lpi_init, allocate_lpi_tables, drivers/irqchip/irq-gic-v3-its.c'],
  *check({ machine, boot }) {
    const state = boot.steps.at(-1)?.state;
    if (state === undefined) return;
    for (const [position, controller] of machine.controllers.entries()) {
      if (controller.type !== 'gicv3' || controller.itses.length === 0) continue;
      if (controller.idBits >= MOST_LPI_ID_BITS && controller.lpiLimit === undefined) continue;
      const lpis = itsStateOf(state, position)?.lpisTotal ?? 0;
      const { idBits, lpiLimit } = controller;
      const all = 2 ** Math.min(idBits, MOST_LPI_ID_BITS) - firstLpi;
      yield {
        rule: 'lpi-id-bits-restricted',
        at: { decl: controller.decl, part: { value: lpiLimit === undefined ? 'id-bits' : 'lpi-limit' } },
        message: `${controller.name ?? 'The GICv3'} has ${lpis} LPIs: ${reasonOf(idBits, lpiLimit, all, lpis)}`,
        facts: { lpis, idBits: controller.idBits },
      };
    }
  },
};

function reasonOf(idBits: number, lpiLimit: number | undefined, all: number, lpis: number): string {
  if (lpiLimit === undefined)
    return `${idBits} interrupt ID bits, less the 8192 IDs below them; 16 bits would give 57344`;
  return lpis === lpiLimit
    ? `the hypervisor allows no more, ${idBits} interrupt ID bits would give ${all}`
    : `Linux ignores the limit of ${lpiLimit}, which is not between 3 and ${all}`;
}
