import type { Rule } from '../rule.ts';

export const valueOutOfRange: Rule = {
  id: 'value-out-of-range',
  severity: 'error',
  title: 'a value outside what the field can hold',
  checks:
    'Every number, size and address is compared with the limits of its field: 32 devices and 8 functions on a bus, 256 buses in a segment, and the limits of each property in the reference.',
  why: 'The limits are the widths of hardware fields: a requester ID has 8 bits of bus, 5 of device and 3 of function. No machine can be built with a value beyond them, and a number past 2^53 cannot even be counted exactly.',
  remedy: 'Use a value within the limits that the message gives; the quick-fix takes the nearest one.',
  sources: [
    'PCI Express Base Specification: requester ID, bus, device and function numbers',
    'Linux 7.2: PCI_DEVID, PCI_DEVFN, include/linux/pci.h',
  ],
};
