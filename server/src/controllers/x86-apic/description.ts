import type { ControllerDescription } from '../description.ts';

export const x86Description: ControllerDescription = {
  types: ['x86-apic'],
  folder: 'x86-apic',
  title: 'x86 local APICs',
  known: 'recorded: 6.1, 6.12; by reading: 7.2',
  numbers:
    'vectors, per CPU: 201 for devices; with remapping entries of a table, 65,536 per unit (Intel), 512 per DeviceID (AMD)',
  pair: "the kernel: the APIC's address, and the vector; with remapping the entry",
  taken:
    'promised at allocation, a vector at request_irq and back at free_irq; managed ones set aside on every CPU of their mask at allocation; MSI without mask bits at allocation; entries at allocation',
  sharing: 'none; AMD: functions behind an alias share a table of entries',
  block: 'Intel takes a power of two of entries',
  whenFull: 'ENOSPC: at request_irq for vectors, at allocation for entries and managed vectors',
  fallback: 'MSI-X: as many as there were; MSI: none, all messages or nothing',
  cpuLeaves:
    'refused (ENOSPC) without as many vectors elsewhere, else they move; managed ones for it alone are shut down',
  leaks: 'nothing',
  sources: [
    'Linux arch/x86/kernel/apic/vector.c: assign_irq_vector_policy, x86_vector_activate, lapic_can_unplug_cpu; kernel/irq/matrix.c',
    'Linux drivers/iommu/intel/irq_remapping.c: alloc_irte; drivers/iommu/amd/iommu.c: alloc_irq_index',
  ],
};
