import type { Rule } from '../rule.ts';

export const msixCountOutOfRange: Rule = {
  id: 'msix-count-out-of-range',
  severity: 'error',
  title: 'an MSI-X table of a size that cannot be',
  checks: '`msix` is the number of entries of the MSI-X table, 1 to 2048; 0 stands for no capability.',
  why: 'The table size is stored less one in 11 bits. QEMU refuses anything else: "The number of MSI-X vectors is invalid".',
  remedy: 'Take at most 2048; the quick-fix takes the nearest possible size.',
  sources: ['QEMU 10.0: msix_init, hw/pci/msix.c', 'PCI Local Bus Specification 3.0: 6.8.2.3'],
};
