import type { Rule } from '../rule.ts';

export const spaprRearmPeak: Rule = {
  id: 'spapr-rearm-peak',
  severity: 'hint',
  title: 'a function that asks for another count needs the old and the new block at once',
  checks: 'A function that has MSIs asks the firmware for another number of them without a release in between.',
  why: 'ibm,change-msi with another count takes the new block before QEMU gives the old one back: for a moment both are taken. With 16 held and 32 asked for, 48 sources must be there; in a nearly full space QEMU aborts over it (machine types up to 3.0 answer -1), though the new block alone would fit in place of the old one.',
  remedy: 'Release first (a call for 0), then ask.',
  cannotArise:
    'Linux releases first: pci_free_irq_vectors ends with a call for 0 (rtas_teardown_msi_irqs), and pci_alloc_irq_vectors refuses with -EINVAL while vectors are enabled. Firmware and other guests may do it; the model of the firmware answers it as measured.',
  sources: ['QEMU 7.2: rtas_ibm_change_msi, hw/ppc/spapr_pci.c', 'Recorded machine: spapr-rtas-dual-61'],
};
