import { nameOf, placeOf } from '../nodes.ts';
import { modeName, secondCalls } from '../requests/second-call.ts';
import type { Rule } from '../rule.ts';

export const intxHidesActiveMsi: Rule = {
  id: 'intx-hides-active-msi',
  severity: 'info',
  title: 'a call that succeeds and does nothing',
  checks: 'A call that allows INTx with a minimum of 1 is made while no MSI or MSI-X is on.',
  why: 'While messages are enabled, the attempts at MSI-X and MSI fail with -EINVAL. If the call also allows INTx and one vector is enough, it then returns 1, as if the line had been granted. Nothing changes: the function keeps the vectors it had, and the driver believes it has one.',
  remedy: 'Free the first vectors before asking again.',
  sources: [
    'Linux 7.2: pci_alloc_irq_vectors_affinity, drivers/pci/msi/api.c',
    'Recorded machines: msimap-offset, linux-6.1-exhaust-lpi, x86-conflict-noir-smp2-61',
  ],
  *checkNode(node) {
    for (const { held, asked, hidden } of secondCalls(node)) {
      if (!hidden) continue;
      yield {
        rule: 'intx-hides-active-msi',
        at: placeOf(node, asked),
        message: `The call returns 1 and changes nothing; ${nameOf(node)} keeps its ${modeName(held)} vectors`,
        related: [{ at: placeOf(node, held), message: `${modeName(held)} is enabled here` }],
        facts: { fn: nameOf(node), held: held.mode },
      };
    }
  },
};
