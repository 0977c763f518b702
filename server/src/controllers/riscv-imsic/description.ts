import type { ControllerDescription } from '../description.ts';

export const imsicDescription: ControllerDescription = {
  types: ['riscv-imsic'],
  folder: 'riscv-imsic',
  title: 'RISC-V IMSIC',
  known: 'by reading: 6.10 to 6.17, no kernel before',
  numbers: 'interrupt identities, per CPU: 254 of 255 for devices',
  pair: "the kernel: the page of a CPU's interrupt file, and the identity",
  taken: 'at allocation, on the CPU online with the most left; kept through free_irq',
  sharing: 'nothing to share: there are no DeviceIDs',
  block: 'one message only',
  whenFull: 'ENOSPC',
  fallback: 'MSI-X: as many as there were',
  cpuLeaves:
    'its interrupts with handlers take identities of the others; without room they stay behind and are lost, the CPU goes all the same; managed ones for it alone are shut down',
  leaks: 'nothing',
  sources: [
    'Linux drivers/irqchip/irq-riscv-imsic-platform.c: imsic_irq_domain_alloc, imsic_irq_set_affinity, imsic_msi_parent_ops',
    'Linux drivers/irqchip/irq-riscv-imsic-state.c: imsic_vector_alloc, imsic_matrix_init, imsic_parse_fwnode; kernel/irq/matrix.c: irq_matrix_alloc',
    'Linux kernel/irq/cpuhotplug.c: migrate_one_irq',
  ],
};
