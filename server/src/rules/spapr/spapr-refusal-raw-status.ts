import { firmwareCalls, firmwareIn, freeAt } from '../firmware-calls.ts';
import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const spaprRefusalRawStatus: Rule = {
  id: 'spapr-refusal-raw-status',
  severity: 'error',
  title: 'the firmware refuses a block of MSIs and Linux hands its -1 on',
  checks: 'The firmware of an old pseries machine has a block for each request that the quota lets through.',
  why: 'Up to pseries-3.0 all interrupt sources are one pool of 1024, from which events, lines and virtual devices are taken first; yet the device tree says 1024 MSIs. Linux believes it and asks. The firmware answers status -1, and pci_alloc_irq_vectors returns just that: it looks like -EPERM, and a range is not tried with fewer vectors.',
  remedy: 'Ask for fewer vectors, or use a newer machine type: from pseries-3.1 on there are 3328 MSIs apart.',
  sources: [
    'QEMU 7.2: spapr_irq_find, hw/ppc/spapr_irq.c',
    'Linux 7.2: rtas_prepare_msi_irqs, arch/powerpc/platforms/pseries/msi.c',
    'Recorded machines: spapr-kfail-pseries30-61, spapr-exhaust-pseries30-61',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const call = firmwareCalls(outcome).find(({ answer }) => answer.is === 'refused' && answer.status === -1);
      const firmware = firmwareIn(outcome.step.state, outcome);
      if (call === undefined || firmware?.space.numbering !== 'one-pool') continue;
      const { fn, name } = outcome;
      const { free, longest } = freeAt(call);
      yield {
        rule: 'spapr-refusal-raw-status',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `The firmware refuses ${counted(call.asked, 'MSI')} for ${name} (${free} free, ${longest} of them in a row) with -1, and a range is not reduced: ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, asked: call.asked, free, longest },
      };
    }
  },
};
