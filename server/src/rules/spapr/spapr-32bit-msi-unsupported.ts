import { pseriesRequests } from '../firmware-calls.ts';
import { nameOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const spapr32bitMsiUnsupported: Rule = {
  id: 'spapr-32bit-msi-unsupported',
  severity: 'warning',
  title: 'a function with 32-bit MSI addresses on pseries',
  checks: 'The MSI capability of each function below a pseries host bridge takes 64-bit addresses.',
  why: 'For a function whose MSI capability has 32-bit addresses only, Linux asks with functions 5 and 6 of ibm,change-msi, for MSI-X, too. QEMU does not implement them and answers status -3 (parameter error), which Linux hands on. The driver is left with the line interrupt, if it takes one.',
  remedy: 'Use a device model whose MSI capability is 64 bits wide.',
  sources: [
    'Linux 7.2: rtas_prepare_msi_irqs, arch/powerpc/platforms/pseries/msi.c',
    'QEMU 7.2 to 10.0: rtas_ibm_change_msi, hw/ppc/spapr_pci.c',
    'Recorded machine: spapr-rtas-dual-61 (functions 5 and 6)',
  ],
  *check({ machine }) {
    const told = new Set<object>();
    for (const { node, request } of pseriesRequests(machine)) {
      const { msi, msi64bit } = node.capabilities;
      if (msi === 0 || msi64bit || request.mode === 'intx' || told.has(node)) continue;
      told.add(node);
      yield {
        rule: 'spapr-32bit-msi-unsupported',
        at: { decl: node.decl, part: 'header' },
        message: `The MSI capability of ${nameOf(node)} has 32-bit addresses, for which QEMU’s firmware has no call: no MSI and no MSI-X`,
        facts: { fn: nameOf(node) },
      };
    }
  },
};
