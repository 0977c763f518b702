import type { Rule } from '../rule.ts';

export const portInWrongPlace: Rule = {
  id: 'port-in-wrong-place',
  severity: 'error',
  title: 'a port or bridge where it cannot be connected',
  checks:
    "Root ports stand on a root bus, a switch's upstream port below a root or downstream port, downstream ports below an upstream port.",
  why: 'The PCI Express type of a bridge says which side its link is on; two upstream sides do not make a link. Linux would find nothing behind it.',
  remedy: 'Move it to the parent that the message names.',
  sources: ['PCI Express Base Specification: device/port types', 'QEMU 10.0: hw/pci-bridge'],
};
