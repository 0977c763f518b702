import type { Rule } from '../rule.ts';

export const endpointOnExtraRoot: Rule = {
  id: 'endpoint-on-extra-root',
  severity: 'error',
  title: "an endpoint directly on an expander's root bus",
  checks: 'The extra root bus of a `pxb` or `pxb-pcie` takes bridges and ports only.',
  why: 'QEMU refuses it: "Only PCI/PCIe bridges can be plugged into pxb".',
  remedy: 'Put a root port (below pxb-pcie) or a bridge between.',
  sources: ['QEMU 10.0: pci_qdev_realize, hw/pci/pci.c; hw/pci-bridge/pci_expander_bridge.c'],
};
