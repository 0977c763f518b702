import type { Rule } from '../rule.ts';

export const portOvercommitted: Rule = {
  id: 'port-overcommitted',
  severity: 'error',
  title: 'more devices than the port has slots',
  checks: 'A root or downstream port has one slot with up to eight functions.',
  why: 'There is one link behind the port. QEMU refuses the second device, libvirt reports "No more available PCI slots".',
  remedy:
    'Give each device a port of its own, which the quick-fix does, or make them functions of one device with `spread = functions`.',
  sources: ['Linux 7.2: only_one_child, drivers/pci/probe.c', 'QEMU 10.0: pcie_cap_slot_plug, hw/pci/pcie.c'],
};
