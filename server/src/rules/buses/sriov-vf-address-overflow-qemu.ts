import type { Rule } from '../rule.ts';

export const sriovVfAddressOverflowQemu: Rule = {
  id: 'sriov-vf-address-overflow-qemu',
  severity: 'error',
  title: 'VFs past function 255 in QEMU',
  checks: "In QEMU the last VF's device.function, counted from the physical function, stays below 256.",
  why: 'QEMU does not carry VFs into the next bus: "VF 130 addr overflows". The machine does not start.',
  remedy: 'Enable fewer VFs, or use a device with a smaller stride.',
  sources: ['QEMU 10.0: pcie_sriov_pf_init, hw/pci/pcie_sriov.c'],
};
