import type { Rule } from '../rule.ts';

export const sriovVfAddressOverflowQemu: Rule = {
  id: 'sriov-vf-address-overflow-qemu',
  severity: 'error',
  title: 'VFs past function 255 in QEMU',
  checks:
    "In QEMU the last VF that a physical function offers (TotalVFs, enabled or not) has a device.function below 256, counted from the physical function's own.",
  why: 'QEMU does not carry VFs into the next bus: "VF 130 addr overflows". The machine does not start.',
  remedy: 'Offer fewer VFs (`vfs = n`), or use a device with a smaller offset or stride.',
  sources: ['QEMU 10.0: pcie_sriov_pf_init, hw/pci/pcie_sriov.c'],
};
