import type { Rule } from '../rule.ts';

export const duplicatePxbBusNr: Rule = {
  id: 'duplicate-pxb-bus-nr',
  severity: 'error',
  title: 'two root buses with one number',
  checks: "Each expander has a bus number of its own that lies in no other root bus's range.",
  why: 'QEMU refuses the second: "Bus 64 is already in use". With equal numbers, requester IDs and DeviceIDs would be equal too.',
  remedy: 'Take the next free number, which the quick-fix offers.',
  sources: ['QEMU 10.0: pxb_register_bus, hw/pci-bridge/pci_expander_bridge.c'],
};
