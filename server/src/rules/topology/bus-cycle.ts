import type { Rule } from '../rule.ts';

export const busCycle: Rule = {
  id: 'bus-cycle',
  severity: 'error',
  title: 'a bridge that is its own ancestor',
  checks: 'Following parents upwards ends at a host bridge.',
  why: "Enumeration goes down from each bridge to the bus behind it, and of a bridge that is below itself it would never end. QEMU's command line, where each device names its bus by `bus=ID`, can ask for such a thing, and is refused because the bus named is not there yet.",
  remedy: 'Give one of the bridges on the way round another parent.',
  cannotArise:
    'A block stands inside the block of its bus, and nothing else says where it is: there is no property that names a parent, and an included file adds whole blocks at the top level. Nesting ends, so every way up ends at a host bridge.',
  sources: ['Linux 7.2: pci_scan_bridge_extend, drivers/pci/probe.c'],
};
