import type { Rule } from '../rule.ts';

export const pxbBusRangeOverflow: Rule = {
  id: 'pxb-bus-range-overflow',
  severity: 'error',
  title: 'numbering below an expander reaches the next one',
  checks: "The buses below an expander run from its own number up to the next expander's number minus one.",
  why: "Numbers are given depth first and do not know of the neighbour: the bridge that gets a number of the next expander's range makes that range unusable.",
  remedy: 'Raise the bus number of the next expander, which the quick-fix does.',
  sources: [
    'QEMU 10.0: hw/pci-bridge/pci_expander_bridge.c',
    'Linux 7.2: pci_scan_child_bus_extend, drivers/pci/probe.c',
  ],
};
