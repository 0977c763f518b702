import type { Rule } from '../rule.ts';

export const pcieOnlyOnConventional: Rule = {
  id: 'pcie-only-on-conventional',
  severity: 'error',
  title: 'a PCI Express device on a conventional bus',
  checks: 'Devices with a PCI Express interface only cannot sit on the conventional bus of a PCI bridge.',
  why: 'A conventional bus has no PCIe configuration space and no PCIe link. QEMU refuses such a device below a pci-bridge or pcie-pci-bridge.',
  remedy: 'Move it below a root port.',
  sources: ['QEMU 10.0: pci_qdev_realize, hw/pci/pci.c'],
};
