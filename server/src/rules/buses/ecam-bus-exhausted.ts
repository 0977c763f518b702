import type { Rule } from '../rule.ts';

export const ecamBusExhausted: Rule = {
  id: 'ecam-bus-exhausted',
  severity: 'error',
  title: 'the tree needs more buses than the ECAM window has',
  checks:
    'Each bus takes 1 MiB of the ECAM window: 16 MiB are 16 buses, 256 MiB are 256. Every port and every bridge takes at least one.',
  why: 'Linux still hands out the numbers past the end, with "can not insert" messages, but configuration cycles cannot reach them: nothing behind such a bridge is ever found. Measured: of 20 root ports in a 16 MiB window all get secondary buses 1 to 20, and only the devices on buses up to 15 exist.',
  remedy: 'Enlarge the window, which the quick-fix does (QEMU virt: `highmem-ecam=on`), or use fewer ports.',
  sources: [
    'Linux 7.2: pci_ecam_create, drivers/pci/ecam.c',
    'QEMU 10.0: hw/arm/virt.c (low ECAM 16 MiB, high ECAM 256 MiB)',
    'Recorded machines: ecam-low, ecam-high (6.1, 6.12, 7.2)',
  ],
};
