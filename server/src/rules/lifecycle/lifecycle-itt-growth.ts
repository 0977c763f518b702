import type { Rule } from '../rule.ts';

export const lifecycleIttGrowth: Rule = {
  id: 'lifecycle-itt-growth',
  severity: 'error',
  title: 'more vectors are asked for while the first ones are in use: a table cannot grow',
  checks: 'In a scenario on an ITS, `enable` does not ask a function that holds vectors for more than it has.',
  why: 'The table of a DeviceID is as large as its MAPD said, and the architecture has no command to enlarge one that is mapped. Linux has none either: pci_alloc_irq_vectors returns -EINVAL while MSI or MSI-X is on. The only way is to give everything back (MAPD with V=0, or, on Linux 7.2, the same table again, made for all of the capability) and ask anew; interrupts that the function sends in between reach nobody. A driver that may need more later asks for all of it at once.',
  remedy:
    'Ask for the larger number first, or put `free-irq` and `disable` before it, knowing what is lost in between.',
  sources: [
    'Arm GIC Architecture Specification (IHI 0069), the ITS command MAPD',
    'Linux 7.2: __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Marc Zyngier, 2019, on tables that functions below a bridge share: interrupts in between would be lost',
  ],
};
