import type { Rule } from '../rule.ts';

export const spaprLegacyMsiCountAbort: Rule = {
  id: 'spapr-legacy-msi-count-abort',
  severity: 'error',
  title: 'a count of MSI messages that is no power of two ends QEMU',
  checks: 'On machine types up to pseries-3.0 the firmware is asked for a power of two of MSI messages.',
  why: 'The allocator of the old machine types aligns a block of MSI messages to its length, and asserts that this is a power of two: ibm,change-msi for 5 messages aborts QEMU, and the guest is gone. MSI-X has no such rule, and later machine types take any count.',
  remedy: 'Ask for the next power of two.',
  cannotArise:
    'Linux has one message for a function of pseries whose driver asks for MSI, and never asks the firmware for 3, 5, 6 or 7: `spapr-multi-msi-one` tells what becomes of such a request. Who calls the firmware directly can have it.',
  sources: ['QEMU 7.2: spapr_irq_find, hw/ppc/spapr_irq.c', 'Recorded machine: spapr-rtas2-pseries30-61'],
};
