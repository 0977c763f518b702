import type { Rule } from '../rule.ts';

export const requestZeroVectors: Rule = {
  id: 'request-zero-vectors',
  severity: 'error',
  title: 'a request for no vectors at all',
  checks: 'The maximum of a request is at least 1. A minimum of 0 with a larger maximum is accepted.',
  why: 'Asked for 0 vectors at most, pci_alloc_irq_vectors answers -EINVAL before any command is sent; it does not succeed with nothing.',
  remedy: 'Ask for at least 1, or leave the request out.',
  sources: [
    'Linux 7.2: __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request, step 31 (6.1, 6.12, 7.2)',
  ],
};
