import type { ControllerDescription } from '../description.ts';

export const gicv3Description: ControllerDescription = {
  types: ['gicv3'],
  folder: 'gicv3-its',
  title: 'Arm GICv3 and GICv4 with ITSs',
  known: 'recorded: 6.1, 6.12, 7.2',
  numbers: 'LPIs, 57,344 at most for the machine, in runs; per DeviceID a table of a power of two of events',
  pair: 'the ITS: its doorbell, and the EventID',
  taken:
    'the table and its LPIs at the first allocation (7.2: with the MSI domain), events at allocation; kept through free_irq',
  sharing:
    'one table, as large as its first user and what stands below the bridge make it, which never grows and is never freed',
  block: 'a free aligned run of events, a power of two long',
  whenFull: 'ENOSPC without events; ENOMEM (6.12) or ENODEV (7.2) without LPIs',
  fallback: 'MSI-X: as many as there were; MSI: one; a table with half the LPIs, and half again',
  cpuLeaves: 'its LPIs go to the others; nothing can run out',
  leaks: 'shared tables; the rest of blocks that were no power of two',
  sources: [
    'Linux drivers/irqchip/irq-gic-v3-its.c: its_msi_prepare, its_create_device, its_lpi_alloc, its_irq_domain_alloc, its_irq_domain_free, its_msi_teardown',
    'Linux drivers/irqchip/irq-gic-its-msi-parent.c: its_pci_msi_prepare',
  ],
};
