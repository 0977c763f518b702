import type { Rule } from '../rule.ts';

export const msixDynamicUnsupported: Rule = {
  id: 'msix-dynamic-unsupported',
  severity: 'error',
  title: 'single MSI-X entries are asked for where there are none to be had',
  checks:
    '`allocate` and `free` are used from Linux 6.2 on, on a controller that supports it, for a function whose MSI-X is enabled.',
  why: 'pci_msix_alloc_irq_at came with Linux 6.2. It works where the MSI domain says that it can allocate after MSI-X was enabled: on x86, with and without interrupt remapping. An ITS is told the size of a table once, when the domain is made; a GICv2m and pseries have no such support either. There the call returns -ENOTSUPP, and drivers allocate all they may need up front.',
  remedy:
    'Ask for all vectors with `enable`, or free them all and ask for more; interrupts that arrive in between are lost.',
  sources: [
    'Linux 7.2: pci_msix_can_alloc_dyn, pci_msix_alloc_irq_at, drivers/pci/msi/api.c; MSI_FLAG_PCI_MSIX_ALLOC_DYN',
    'Recorded machines: linux-6.12-dyn-msix, linux-7.2-dyn-msix (ITS: -ENOTSUPP), x86-dyn-noir-smp2-612',
  ],
};
