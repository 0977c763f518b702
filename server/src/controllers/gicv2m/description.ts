import type { ControllerDescription } from '../description.ts';

export const gicv2mDescription: ControllerDescription = {
  types: ['gicv2m'],
  folder: 'gicv2m',
  title: 'Arm GICv2 with v2m frames',
  known: 'recorded: 6.1, 6.12, 7.2',
  numbers: "SPIs of the frames, one pool for the machine: 64 in QEMU's virt",
  pair: 'the frame: its doorbell, and the INTID of the SPI',
  taken: 'at allocation; kept through free_irq',
  sharing: 'nothing to share: there are no DeviceIDs',
  block: 'that many free SPIs in a row in one frame, aligned by their absolute number',
  whenFull: 'ENOSPC',
  fallback: 'MSI-X: as many as there were; MSI: one',
  cpuLeaves: 'its SPIs go to the others; nothing can run out',
  leaks: 'nothing',
  sources: [
    'Linux drivers/irqchip/irq-gic-v2m.c: gicv2m_irq_domain_alloc, gicv2m_unalloc_msi, is_msi_spi_valid, gicv2m_of_init',
  ],
};
