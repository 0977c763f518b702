import type { Rule } from '../rule.ts';

export const sriovBusOutOfRange: Rule = {
  id: 'sriov-bus-out-of-range',
  severity: 'error',
  title: 'VFs reach past the bus range of their port',
  checks:
    'The requester ID of VF i is that of its physical function + First VF Offset + i × VF Stride, carried into the bus number.',
  why: 'A VF on a bus that no bridge above forwards cannot be reached. Linux refuses: "can\'t enable 64 VFs (bus 02 out of range of [bus 01])", -ENOMEM.',
  remedy: 'Enable fewer VFs, which the quick-fix offers, or reserve buses below the port with `buses = n`.',
  sources: ['Linux 7.2: sriov_enable, pci_iov_virtfn_bus, drivers/pci/iov.c'],
};
