import type { Rule } from '../rule.ts';

export const lifecycleRequestBeforeAlloc: Rule = {
  id: 'lifecycle-request-before-alloc',
  severity: 'error',
  title: 'a handler is put on a vector that was never allocated',
  checks: 'In a scenario, `request-irq` names vectors that the function holds at that moment.',
  why: 'pci_irq_vector turns the number of a vector into the Linux interrupt that request_irq takes. For a vector that pci_alloc_irq_vectors did not grant it returns -EINVAL; a driver that does not look hands that to request_irq, and fails there. Vectors count as the table entries of MSI-X, or the messages of MSI; the line of INTx is vector 0.',
  remedy:
    'Put `enable` before it, or ask for more vectors there. A range such as `vectors = 1..8` may grant fewer than its end.',
  sources: [
    'Linux 7.2: pci_irq_vector, drivers/pci/msi/api.c; request_threaded_irq, kernel/irq/manage.c',
    'Recorded machine: request-irq (6.1, 6.12, 7.2)',
  ],
};
