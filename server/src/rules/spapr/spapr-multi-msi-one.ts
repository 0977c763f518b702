import { pseriesRequests } from '../firmware-calls.ts';
import { nameOf, placeOfVectors } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const spaprMultiMsiOne: Rule = {
  id: 'spapr-multi-msi-one',
  severity: 'info',
  title: 'of several MSI messages pseries gives one',
  checks: 'A request for more than one MSI message is made on a pseries machine.',
  why: 'The device tree tells Linux how many messages a function may have (`ibm,req#msi`). QEMU takes that from the Multiple Message Enable field, which is 1 before a driver comes, and not from the capability. Linux never asks for more: a range gets 1, a minimum above 1 fails with -ENOSPC.',
  remedy: 'Use MSI-X where the function has it.',
  sources: [
    'QEMU 7.2 to 10.0: msi_nr_vectors_allocated, hw/pci/msi.c; spapr_dt_pci_device, hw/ppc/spapr_pci.c',
    'Linux 7.2: check_req, arch/powerpc/platforms/pseries/msi.c',
    'Recorded machines: spapr-basic-dual-61, spapr-rtas2-xics-61',
  ],
  *check({ machine }) {
    for (const { node, request } of pseriesRequests(machine)) {
      const most = Math.min(request.max, node.capabilities.msi);
      if (request.mode !== 'msi' || most <= 1) continue;
      const fails = request.min > 1;
      yield {
        rule: 'spapr-multi-msi-one',
        severity: fails ? 'error' : 'info',
        at: placeOfVectors(node, request),
        message: `QEMU’s firmware offers 1 MSI message of the ${most} wanted: ${nameOf(node)} gets ${fails ? 'none, -ENOSPC' : '1'}`,
        facts: { fn: nameOf(node), max: most, min: request.min },
      };
    }
  },
};
