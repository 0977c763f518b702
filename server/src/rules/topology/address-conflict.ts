import type { Rule } from '../rule.ts';

export const addressConflict: Rule = {
  id: 'address-conflict',
  severity: 'error',
  title: 'two functions at one address',
  checks:
    'No two functions may have the same segment, bus, device and function number. Two `hotplug` declarations may: only one of them can be plugged in at a time.',
  why: 'Both would answer the same configuration cycles. QEMU refuses to start: "PCI: slot 5 function 0 not available for nic1, in use by nic0".',
  remedy: 'Move one to a free slot, which the quick-fix offers, or leave `at` out.',
  sources: ['QEMU 10.0: do_pci_register_device, hw/pci/pci.c'],
};
