import { nameOf, placeOf } from '../nodes.ts';
import { modeName, secondCalls } from '../requests/second-call.ts';
import type { Rule } from '../rule.ts';

export const lifecycleDoubleEnable: Rule = {
  id: 'lifecycle-double-enable',
  severity: 'error',
  title: 'vectors are asked for again before the first are given back',
  checks:
    'A driver that holds vectors frees them before it asks for a new set of the same kind. Requests of a block are made in order, with nothing freed in between; in a scenario, `enable` comes after `disable`.',
  why: 'pci_alloc_irq_vectors allocates once. A second call while MSI or MSI-X is on returns -EINVAL with a warning and a backtrace in the log; the first set stays as it is. To grow, a driver has to free all of them, and interrupts that arrive meanwhile are lost.',
  remedy: 'Ask once, with a range: `vectors = 1..8`.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request (6.1, 6.12, 7.2)',
  ],
  *checkNode(node) {
    for (const { held, asked, hidden } of secondCalls(node)) {
      if (hidden || held.mode !== asked.mode) continue;
      yield {
        rule: 'lifecycle-double-enable',
        at: placeOf(node, asked),
        message: `${nameOf(node)} already has ${modeName(held)} enabled: this call returns -EINVAL, with a backtrace in the log`,
        related: [{ at: placeOf(node, held), message: 'the first call' }],
        facts: { fn: nameOf(node), mode: held.mode },
      };
    }
  },
};
