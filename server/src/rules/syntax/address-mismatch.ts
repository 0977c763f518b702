import type { Rule } from '../rule.ts';

export const addressMismatch: Rule = {
  id: 'address-mismatch',
  severity: 'warning',
  title: 'the bus or segment written is not the one it gets',
  checks:
    'A bus or segment in `at` is a claim about the numbering: it is checked against the numbers that Linux gives in its scan.',
  why: 'Bus numbers follow from the tree: depth first, siblings in increasing device.function. The number in an address does not set them, so the requester ID, and with it the DeviceID, is another one than the author believes.',
  remedy: "Correct the bus, leave it out, or fix the bridge's number with `bus = n`.",
  sources: ['Linux 7.2: pci_scan_child_bus_extend, pci_scan_bridge_extend, drivers/pci/probe.c'],
};
