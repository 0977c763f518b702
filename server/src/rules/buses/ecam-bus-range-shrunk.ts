import type { Rule } from '../rule.ts';

export const ecamBusRangeShrunk: Rule = {
  id: 'ecam-bus-range-shrunk',
  severity: 'warning',
  title: 'a bus range wider than its window',
  checks: '`bus-range` is compared with the number of buses that the ECAM window holds.',
  why: 'Linux shrinks the range with a warning, "ECAM area can only accommodate …", and goes on; buses past the end do not exist.',
  remedy: 'Make the range and the window agree.',
  sources: ['Linux 7.2: pci_ecam_create, drivers/pci/ecam.c'],
};
