import type { Rule } from '../rule.ts';

export const busCycle: Rule = {
  id: 'bus-cycle',
  severity: 'error',
  title: 'a bridge that is its own ancestor',
  checks: 'Following parents upwards ends at a host bridge.',
  why: 'Nesting alone cannot make a cycle; a spec put together from several files or imported from addresses can. Enumeration of such a tree would never end.',
  remedy: 'Break the chain that the message shows.',
  sources: ['Linux 7.2: pci_scan_bridge_extend, drivers/pci/probe.c'],
};
