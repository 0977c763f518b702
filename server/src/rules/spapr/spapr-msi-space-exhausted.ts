import { firmwareCalls, firmwareIn, freeAt, spaceText } from '../firmware-calls.ts';
import { outcomesWith, severityOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const spaprMsiSpaceExhausted: Rule = {
  id: 'spapr-msi-space-exhausted',
  severity: 'error',
  title: 'QEMU aborts as no block of MSIs is left',
  checks:
    'Each block of MSIs that Linux asks the firmware of a pseries machine for finds a free run of sources, which for MSI-X begins on an even number.',
  why: 'From pseries-3.1 on all host bridges share a bitmap of 3328 MSIs, 0x1300 to 0x1fff. Linux rounds MSI-X up to a power of two and divides the total of each host bridge among its functions only, so the requests of several host bridges may be more than there is. QEMU finds no block, does not notice (the search answers a number past the end, and the check for exactly the end never holds), claims a source that does not exist and fails its assertion. The guest is gone; no errno reaches anybody.',
  remedy:
    'Let the functions ask for fewer vectors, or give them smaller tables. A change of an allocated block needs room for the old and the new one at once.',
  sources: [
    'QEMU 7.2 to 10.0: spapr_irq_msi_alloc, spapr_irq_claim, hw/ppc/spapr_irq.c; bitmap_find_next_zero_area, util/bitmap.c',
    'Recorded machines: spapr-exhaust-dual-61, spapr-fullabort-dual-61, spapr-fullabort2-dual-61',
  ],
  *check(context) {
    for (const outcome of outcomesWith(context, 'spapr')) {
      const call = firmwareCalls(outcome).find(({ answer }) => answer.is === 'aborted');
      const firmware = firmwareIn(outcome.step.state, outcome);
      if (call === undefined || firmware === undefined) continue;
      const { fn, name } = outcome;
      const { free, longest } = freeAt(call);
      yield {
        rule: 'spapr-msi-space-exhausted',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `${counted(call.asked, 'MSI')} wanted for ${name}, ${free} free of ${spaceText(firmware)}, ${longest} of them in a row: QEMU aborts instead of failing`,
        functions: [fn],
        facts: { fn: name, asked: call.asked, free, longest },
      };
    }
  },
};
