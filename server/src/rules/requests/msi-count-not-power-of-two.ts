import type { Rule } from '../rule.ts';

export const msiCountNotPowerOfTwo: Rule = {
  id: 'msi-count-not-power-of-two',
  severity: 'error',
  title: 'an MSI capability of a size that cannot be encoded',
  checks: '`msi` is the number of messages the capability offers: 1, 2, 4, 8, 16 or 32.',
  why: 'The capability holds the base-2 logarithm of the count in three bits (Multiple Message Capable). No other number can be written there; 6 and 7 are reserved.',
  remedy:
    'Take the next power of two, which the quick-fix does. What a driver asks for may be any number: that stands in its `request`.',
  sources: ['Linux 7.2: pci_msi_vec_count, drivers/pci/msi/api.c', 'PCI Local Bus Specification 3.0: 6.8.1.3'],
};
