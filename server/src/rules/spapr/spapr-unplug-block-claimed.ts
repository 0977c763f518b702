import type { Rule } from '../rule.ts';

export const spaprUnplugBlockClaimed: Rule = {
  id: 'spapr-unplug-block-claimed',
  severity: 'warning',
  title: 'a function that is taken out leaves its sources claimed',
  checks: 'A function is taken out of a pseries machine newer than 3.1 while it has MSIs.',
  why: 'QEMU forgets the function and not its block: the sources stay claimed until the next device of that slot asks, or the machine is reset. A release by the old address is answered with -3.',
  remedy: 'Free the vectors before the function goes.',
  cannotArise:
    'Taking a function out begins with its driver here, as in Linux: unbinding frees the vectors, and that calls ibm,change-msi for 0, before the function is isolated. Only a guest that does not let go of it leaves a block behind.',
  sources: ['QEMU 7.2: spapr_pci_unplug, hw/ppc/spapr_pci.c', 'Recorded machine: spapr-hotplug-dual-61'],
};
