import { differenceText } from '../migration-words.ts';
import { type DifferenceOf, differencesIn, listed, mostRelated } from '../migrations.ts';
import type { Related, Rule } from '../rule.ts';
import { hex } from '../sharing.ts';

type Difference = DifferenceOf<'device-id' | 'controller'>;

export const migrationMessagesLost: Rule = {
  id: 'migration-messages-lost',
  severity: 'error',
  title: 'messages go nowhere after a migration that nobody refuses',
  checks:
    'After a `migrate` each function that has message interrupts signals under the DeviceID that the guest made its table for, and the other end’s ITSs and frames have what the guest uses: bits for its DeviceIDs, EventIDs and LPIs, the same SPIs.',
  why: 'The tables of an ITS are in the guest’s memory and move with it; QEMU sends the registers alone, and of a GICv2m frame nothing at all. Numbers of bits, SPIs and the map from requester IDs to DeviceIDs are the other machine’s own, and nobody compares them. The guest read them where it booted. A message that comes out under another DeviceID finds no table, or somebody else’s; one beyond the bits is dropped. No errno, no log: the device just stops.',
  remedy: 'Give both specs the same `msi-map`, bits and `spis`.',
  sources: [
    'QEMU 7.2 to 10.0: vmstate_its, hw/intc/arm_gicv3_its_common.c; process_its_cmd, hw/intc/arm_gicv3_its.c; hw/intc/arm_gicv2m.c',
    'Linux 7.2: its_init_one, drivers/irqchip/irq-gic-v3-its.c; gicv2m_init_one, drivers/irqchip/irq-gic-v2m.c',
  ],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'device-id', 'controller')) {
      const losing = differences.filter((one) => one.is === 'device-id' || one.difference.end === 'lost');
      if (losing.length === 0) continue;
      yield {
        rule: 'migration-messages-lost',
        at: moved.at,
        message: `Interrupts are lost, and nobody notices: ${listed(losing.map((one) => differenceText(one, moved.migration.from, moved.topologyThere)))}`,
        related: losing.slice(0, mostRelated / 2).flatMap(relatedOf),
        facts: { differences: losing.length },
      };
    }
  },
};

function relatedOf(difference: Difference): readonly Related[] {
  if (difference.is === 'controller') {
    const { here, there, difference: of } = difference;
    return [
      { at: { decl: here.decl, part: 'header' }, message: `${of.here} here` },
      { at: { decl: there.decl, part: 'header' }, message: `${of.there} there` },
    ];
  }
  const { here, there, before, after } = difference;
  const now = after === undefined ? 'no controller there' : `DeviceID ${hex(after)} there`;
  return [
    { at: { decl: here.node.decl, part: 'header' }, message: `DeviceID ${hex(before)} here` },
    { at: { decl: there.node.decl, part: 'header' }, message: now },
  ];
}
