import type { Rule } from '../rule.ts';

export const busNumberExceeds255: Rule = {
  id: 'bus-number-exceeds-255',
  severity: 'error',
  title: 'more than 256 buses in a segment',
  checks: 'Bus numbers have 8 bits; a segment has 256 of them.',
  why: 'There is no 257th requester ID space in a segment. Bridges past the end get no number and what is below them is not found.',
  remedy:
    'Use a second host bridge with another `segment`, or fewer ports: a multifunction device takes one port for eight functions.',
  sources: [
    'PCI Local Bus Specification: configuration address',
    'Linux 7.2: pci_scan_bridge_extend, drivers/pci/probe.c',
  ],
};
