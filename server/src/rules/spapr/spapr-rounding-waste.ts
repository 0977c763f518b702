import { firmwareCalls, firmwareIn } from '../firmware-calls.ts';
import { outcomesWith } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

/** Told from so many unused MSIs on: three more for an nvme with two queues are nobody's worry. */
const worthTellingMsis = 16;

export const spaprRoundingWaste: Rule = {
  id: 'spapr-rounding-waste',
  severity: 'hint',
  title: 'more MSIs are taken than vectors used',
  checks: 'The block of MSIs that the firmware gave is compared with the vectors that were granted from it.',
  why: 'The firmware was thought to want powers of two: Linux rounds the number of MSI-X vectors up, when the quota and the table allow it, and keeps the rest. Up to 6.15 it rounds what the driver asks for; later it asks for the whole table when the function’s MSI domain is made.',
  remedy: 'Ask for a power of two, or, on 7.2, make the table as large as the driver needs.',
  sources: [
    'Linux 6.1, 6.12: rtas_prepare_msi_irqs; 7.2: pseries_msi_ops_prepare, arch/powerpc/platforms/pseries/msi.c',
    'Recorded machines: spapr-basic-dual-61, spapr-quota1-dual-61',
  ],
  *check(context) {
    const told = new Set<number>();
    for (const outcome of outcomesWith(context, 'spapr')) {
      const { fn, name, messages, run } = outcome;
      if (run !== context.boot || messages === 0 || firmwareIn(outcome.step.state, outcome) === undefined) continue;
      const taken = firmwareCalls(outcome).findLast(({ answer }) => answer.is === 'granted')?.asked ?? 0;
      if (taken - messages < worthTellingMsis || told.has(fn)) continue;
      told.add(fn);
      yield {
        rule: 'spapr-rounding-waste',
        at: outcome.at,
        message: `${name}: ${taken} MSIs are taken for ${counted(messages, 'vector')}`,
        functions: [fn],
        facts: { fn: name, taken, vectors: messages },
      };
    }
  },
};
