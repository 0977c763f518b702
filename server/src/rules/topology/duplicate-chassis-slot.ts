import type { Rule } from '../rule.ts';

export const duplicateChassisSlot: Rule = {
  id: 'duplicate-chassis-slot',
  severity: 'error',
  title: 'two ports with the same chassis and slot',
  checks: 'A hot-plug slot is known by its chassis and slot number; the pair is unique among ports.',
  why: 'QEMU refuses to start: "Can\'t add chassis slot, error -16". On hardware, the operator cannot tell the slots apart.',
  remedy: 'Renumber one of them, or leave `chassis` and `slot` out.',
  sources: ['QEMU 10.0: pcie_chassis_add_slot, hw/pci/pcie_port.c'],
};
