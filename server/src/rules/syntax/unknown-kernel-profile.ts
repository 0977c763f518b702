import type { Rule } from '../rule.ts';

export const unknownKernelProfile: Rule = {
  id: 'unknown-kernel-profile',
  severity: 'warning',
  title: 'a kernel version with no rules of its own',
  checks:
    '`os` names a Linux version. Three sets of rules are known, read in the sources and measured: 6.1 for everything up to 6.10, 6.12 for 6.11 to 6.15, and 7.2 for later ones. Versions outside of 6.1 to 7.2, and updates such as linux-6.1.176, are told which set is used for them.',
  why: 'How an interrupt translation table is sized and when it is freed differs between kernels: by the vectors asked for (6.1), by the MSI-X table (6.12), by the capability (7.2). For a kernel outside the known range the newest rules are assumed.',
  remedy: 'Choose a version whose rules are known; the quick-fix takes the one that is assumed.',
  sources: ['Linux 6.1.192, 6.12.117 and 7.2.13: its_pci_msi_prepare, drivers/irqchip'],
};
