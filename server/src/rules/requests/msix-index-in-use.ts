import type { Rule } from '../rule.ts';

export const msixIndexInUse: Rule = {
  id: 'msix-index-in-use',
  severity: 'error',
  title: 'an MSI-X entry is allocated that is allocated already',
  checks: '`allocate` names entries that are free, or leaves the choice to the kernel while there is one.',
  why: 'Each entry of the table has one descriptor. A second one for the same index returns -EBUSY, as does any index when the table is full. What `enable` granted takes entries 0, 1, 2 …, so the first that can be added is the one behind them.',
  remedy: 'Leave `index` out, which takes the lowest free entry, or free the entry first.',
  sources: [
    'Linux 7.2: msi_domain_alloc_irq_at, msi_insert_desc, kernel/irq/msi.c',
    'Recorded machine: x86-dyn-noir-smp2-612',
  ],
};
