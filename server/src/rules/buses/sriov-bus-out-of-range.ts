import type { Rule } from '../rule.ts';

export const sriovBusOutOfRange: Rule = {
  id: 'sriov-bus-out-of-range',
  severity: 'error',
  title: 'VFs reach past the last bus that their physical function may use',
  checks:
    'The requester ID of VF i is that of its physical function + First VF Offset + i × VF Stride, carried into the bus number. The bus of the last VF that is enabled lies in the range of the bus that the physical function is on.',
  why: 'When Linux numbers the buses itself it keeps as many below a port as all the VFs could reach that a device offers, so there is room as a rule. There is none where the range cannot grow: at the end of the ECAM window, before the next root bus, and below a port that had no such device when it was scanned. A VF on a bus that nothing above forwards cannot be reached, and Linux enables all of them or none: "can\'t enable 65 VFs (bus 02 out of range of [bus 01])", -ENOMEM.',
  remedy:
    'Enable as many VFs as fit, enlarge the window, or move the next root bus up. Each of the three has a quick-fix where it helps.',
  sources: ['Linux 7.2: sriov_enable, pci_iov_virtfn_bus, drivers/pci/iov.c'],
};
