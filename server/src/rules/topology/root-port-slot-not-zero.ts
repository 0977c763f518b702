import type { Rule } from '../rule.ts';

export const rootPortSlotNotZero: Rule = {
  id: 'root-port-slot-not-zero',
  severity: 'error',
  title: 'a device number above 0 below a PCIe port',
  checks: 'Below a root or downstream port only device 00 exists, unless the port forwards ARI.',
  why: 'A PCIe link is point to point: Linux scans device 0 of the bus and nothing else (`only_one_child`). A device at 01.0 is never found.',
  remedy: 'Move it to device 00, or set `ari = true` on the port.',
  sources: ['Linux 7.2: only_one_child, pci_scan_slot, drivers/pci/probe.c'],
};
