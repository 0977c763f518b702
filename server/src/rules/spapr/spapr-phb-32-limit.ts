import { mostTableDevices } from '../../controllers/spapr/device-table.ts';
import { firmwareCalls, firmwareIn } from '../firmware-calls.ts';
import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';

export const spaprPhb32Limit: Rule = {
  id: 'spapr-phb-32-limit',
  severity: 'error',
  title: 'the table of 32 devices of an old host bridge is full',
  checks:
    'Each host bridge of a pseries machine of QEMU 2.0 or older has at most 32 functions with MSIs, whoever released them.',
  why: 'Up to QEMU 2.0 each host bridge kept its own table of 32 MSI devices, found by configuration address. An entry was never free again and its interrupt numbers never reused: a release only said that it had succeeded. The 33rd function gets status -1, and so does one that comes back and asks for another number of vectors.',
  remedy:
    'Use a newer QEMU: since 2.1 the list is a hash table, and interrupt numbers are the only limit. Or spread the functions over several host bridges.',
  sources: [
    'QEMU 1.7: spapr_msicfg_find, SPAPR_MSIX_MAX_DEVS, hw/ppc/spapr_pci.c',
    'QEMU 2.1: “spapr_pci: Use XICS interrupt allocator and do not cache interrupts in PHB”',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const firmware = firmwareIn(outcome.step.state, outcome);
      const { requester } = outcome.first;
      if (firmware?.space.numbering !== 'counted' || requester === undefined) continue;
      if (!firmwareCalls(outcome).some(({ answer }) => answer.is === 'refused')) continue;
      if ((firmware.tableEntries.get(requester.segment) ?? 0) < mostTableDevices) continue;
      const { fn, name } = outcome;
      yield {
        rule: 'spapr-phb-32-limit',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `The host bridge’s table of ${mostTableDevices} MSI devices has no entry for ${name}: ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, devices: mostTableDevices },
      };
    }
  },
};
