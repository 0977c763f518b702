import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import { outcomesWith } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { remappingOf } from '../vectors.ts';

export const irteRoundingWaste: Rule = {
  id: 'irte-rounding-waste',
  severity: 'hint',
  title: 'messages of MSI hold more remapping entries than they use',
  checks: 'The number of messages that MSI gets on an Intel unit is a power of two.',
  why: 'The messages of one MSI capability differ in the low bits of the index, so Linux takes a region of the next power of two, on a multiple of it, and keeps all of it until the interrupts are freed; then all of it comes back.',
  remedy: 'Ask for a power of two, or use MSI-X, whose vectors take one entry each.',
  sources: [
    'Linux 7.2: alloc_irte, drivers/iommu/intel/irq_remapping.c',
    'Recorded machines: x86-irte2-smp2-61, x86-maskmsi-ir-smp4-61',
  ],
  *check(context) {
    for (const outcome of outcomesWith(context, 'x86-apic')) {
      const { fn, name, last, messages } = outcome;
      const held = roundUpToPowerOfTwo(messages);
      if (last.mode !== 'msi' || held === messages || messages === 0 || remappingOf(outcome) !== 'intel') continue;
      yield {
        rule: 'irte-rounding-waste',
        severity: 'hint',
        at: outcome.at,
        message: `${name} holds ${held} remapping entries for ${messages} messages of MSI`,
        functions: [fn],
        facts: { fn: name, messages, held },
      };
    }
  },
};
