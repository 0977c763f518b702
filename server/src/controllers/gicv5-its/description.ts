import type { ControllerDescription } from '../description.ts';

export const gicv5Description: ControllerDescription = {
  types: ['gicv5'],
  folder: 'gicv5-its',
  title: 'Arm GICv5 with ITSs',
  known: 'by reading: 6.17 to 7.2, no kernel before',
  numbers: 'LPIs, 2^id-bits less 8 for each possible CPU, one by one; per DeviceID a table of a power of two of events',
  pair: 'the ITS: its translate frame, and the EventID',
  taken: 'the table with the MSI domain, without LPIs; events and LPIs at allocation; kept through free_irq',
  sharing: 'none: the second function with a DeviceID is refused, EBUSY at the ITS',
  block: 'a free aligned run of events, a power of two long; any LPIs',
  whenFull: 'ENOSPC without LPIs; ENODEV where the table is refused',
  fallback: 'MSI-X: as many LPIs as there were; MSI: one; none after a refused table',
  cpuLeaves: 'its LPIs go to the first CPU left; nothing can run out',
  leaks: 'the DeviceID, for good, after a block that was no power of two; none of its LPIs',
  sources: [
    'Linux drivers/irqchip/irq-gic-v5-its.c: gicv5_its_alloc_device, gicv5_its_device_register, gicv5_its_irq_domain_alloc, gicv5_its_msi_teardown',
    'Linux drivers/irqchip/irq-gic-v5.c: alloc_lpi, gicv5_smp_init, gicv5_iri_irq_set_affinity; irq-gic-v5-irs.c: gicv5_irs_init_ist',
    'Linux drivers/irqchip/irq-gic-its-msi-parent.c: its_v5_pci_msi_prepare',
  ],
};
