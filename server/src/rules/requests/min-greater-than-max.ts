import type { Rule } from '../rule.ts';

export const minGreaterThanMax: Rule = {
  id: 'min-greater-than-max',
  severity: 'error',
  title: 'a request whose minimum is above its maximum',
  checks: '`vectors = min..max` runs upwards.',
  why: 'pci_alloc_irq_vectors answers -ERANGE before it looks at anything else, and the driver gets nothing.',
  remedy: 'Swap the two; the quick-fix does.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request (6.1, 6.12, 7.2)',
  ],
};
