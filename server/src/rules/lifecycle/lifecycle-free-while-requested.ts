import type { Rule } from '../rule.ts';

export const lifecycleFreeWhileRequested: Rule = {
  id: 'lifecycle-free-while-requested',
  severity: 'error',
  title: 'vectors are given back while handlers are on them',
  checks: 'In a scenario, every handler is taken off with `free-irq` before `disable` or `free` takes its vector.',
  why: 'pci_free_irq_vectors frees the Linux interrupts whether or not somebody has a handler there: up to 5.16 the kernel stopped with a BUG, since then it goes on, warns that a directory of /proc/irq is not empty, and leaks the handler. Interrupts of the function reach nobody from then on, and the free_irq that comes too late warns again. `remove` and `unplug` do it in the right order.',
  remedy: 'Put `free-irq` for all vectors with handlers before it.',
  sources: [
    'Linux 7.2: pci_free_irq_vectors, drivers/pci/msi/api.c; __msi_domain_free_irqs, kernel/irq/msi.c; unregister_irq_proc, kernel/irq/proc.c',
    'Linux 5.16: free_msi_irqs, drivers/pci/msi/msi.c (BUG_ON)',
  ],
};
