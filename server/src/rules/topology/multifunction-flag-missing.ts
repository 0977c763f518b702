import type { Rule } from '../rule.ts';

export const multifunctionFlagMissing: Rule = {
  id: 'multifunction-flag-missing',
  severity: 'warning',
  title: 'several functions, but function 0 says single',
  checks: 'Where a slot has more than one function, the header of function 0 carries the multifunction bit.',
  why: 'Linux looks at functions above 0 only when the header type of function 0 has bit 7 set. QEMU refuses the second function of a slot whose function 0 was made without `multifunction=on`.',
  remedy: 'Set `multifunction = true` on function 0, or leave it out: the bit is then set as needed.',
  sources: ['Linux 7.2: pci_scan_slot, drivers/pci/probe.c', 'QEMU 10.0: pci_init_multifunction, hw/pci/pci.c'],
};
