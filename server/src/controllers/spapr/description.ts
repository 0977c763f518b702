import type { ControllerDescription } from '../description.ts';

export const spaprDescription: ControllerDescription = {
  types: ['spapr-xics', 'spapr-xive', 'spapr-dual'],
  folder: 'spapr',
  title: 'IBM pseries: XICS, XIVE',
  known: 'recorded: 6.1, 6.12 on QEMU 7.2; by reading: 7.2',
  numbers:
    'interrupt sources, one pool for all host bridges: 3,328 for MSIs, in blocks; up to pseries-3.0 1,024 for everything',
  pair: "the hypervisor's firmware (ibm,change-msi)",
  taken:
    'the whole block at allocation (7.2: with the MSI domain), rounded up to a power of two for MSI-X; kept through free_irq',
  sharing: 'nothing to share; each function has a quota, its part of the total',
  block: 'but QEMU offers one message',
  whenFull: 'pseries-3.1 and newer: QEMU aborts; before: -1, the status of the firmware; ENOSPC over the quota',
  fallback: 'a range drops to the quota; none after a refusal',
  cpuLeaves: 'nothing that shows',
  leaks: 'a block that is still held when its function is unplugged, until the slot is used again',
  sources: [
    'QEMU hw/ppc/spapr_pci.c: rtas_ibm_change_msi; hw/ppc/spapr_irq.c: spapr_irq_msi_alloc',
    'Linux arch/powerpc/platforms/pseries/msi.c: rtas_prepare_msi_irqs',
  ],
};
