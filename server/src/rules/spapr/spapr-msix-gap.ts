import { pseriesRequests } from '../firmware-calls.ts';
import { nameOf, placeOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const spaprMsixGap: Rule = {
  id: 'spapr-msix-gap',
  severity: 'error',
  title: 'MSI-X entries with gaps on pseries',
  checks: 'The entries of an MSI-X request on a pseries machine are 0, 1, 2 … without a gap.',
  why: 'ibm,change-msi takes a number of interrupts, not a list of table entries, so the firmware can only be asked for the first ones. Linux refuses everything else: 6.1 with -ENOTSUPP where the domain is prepared, later kernels with -EINVAL before they look further.',
  remedy: 'Use the first entries of the table, in order.',
  sources: [
    'Linux 6.1: pci_msi_domain_check_cap, drivers/pci/msi/irqdomain.c; 6.12, 7.2: pci_msix_validate_entries, drivers/pci/msi/msi.c (MSI_FLAG_MSIX_CONTIGUOUS)',
    'Recorded machines: spapr-basic-dual-61, spapr-basic-smp4-612',
  ],
  *check({ machine }) {
    const errno = machine.rules === '6.1' ? 'ENOTSUPP' : 'EINVAL';
    for (const { node, request } of pseriesRequests(machine)) {
      if (request.mode !== 'msix' || !request.entries?.some((entry, position) => entry !== position)) continue;
      yield {
        rule: 'spapr-msix-gap',
        at: request.decl === undefined ? placeOf(node, request) : { decl: request.decl, part: { value: 'entries' } },
        message: `pseries takes MSI-X entries 0, 1, 2 … only: ${nameOf(node)} gets -${errno}`,
        facts: { fn: nameOf(node), errno },
      };
    }
  },
};
