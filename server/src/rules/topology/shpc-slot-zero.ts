import type { Rule } from '../rule.ts';

export const shpcSlotZero: Rule = {
  id: 'shpc-slot-zero',
  severity: 'error',
  title: 'slot 0 of an SHPC bridge',
  checks:
    'The slots of a bridge with a standard hot-plug controller are 1 to 31. What is plugged in later stands in one of them; in QEMU so does what is there from the start.',
  why: 'QEMU refuses: "Unsupported PCI slot 0 for standard hotplug controller. Valid slots are between 1 and 31".',
  remedy: 'Take slot 01, or `hotplug = none` on the bridge.',
  sources: ['QEMU 10.0: shpc_device_get_slot, hw/pci/shpc.c'],
};
