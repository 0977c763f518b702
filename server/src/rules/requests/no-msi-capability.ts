import { nameOf, placeOf, requestsOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const noMsiCapability: Rule = {
  id: 'no-msi-capability',
  severity: 'info',
  title: 'a driver asks for messages of a kind that the function does not have',
  checks:
    'A written request for MSI or MSI-X is made of a function that has that capability, or one that the request falls back to. Where the INTx line is what the driver gets it is information, where the call fails a warning.',
  why: 'Without the capability the call answers -EINVAL for that kind. If the call allows INTx, the driver gets the line; if not, it fails.',
  remedy: 'Give the endpoint `msi` or `msix`, or a type that has them, or ask for `intx`.',
  sources: [
    'Linux 7.2: pci_msi_vec_count, pci_msix_vec_count, drivers/pci/msi/api.c',
    'Recorded machine: msi-msix-fallback (6.1, 6.12, 7.2)',
  ],
  *checkNode(node) {
    for (const request of requestsOf(node)) {
      const { msi, msix, intx } = node.capabilities;
      const offered = { msi, msix };
      const asksForMessages = request.mode === 'msi' || request.mode === 'msix';
      if (request.decl === undefined || !asksForMessages || offered[request.mode] > 0) continue;
      if (request.fallback.some((mode) => mode === 'msi' && msi > 0)) continue;
      const has =
        msix > 0 ? 'has no MSI, only MSI-X' : msi > 0 ? 'has no MSI-X, only MSI' : 'has neither MSI nor MSI-X';
      const line = request.fallback.includes('intx') && intx && request.min <= 1;
      yield {
        rule: 'no-msi-capability',
        severity: line ? 'info' : 'warning',
        at: placeOf(node, request),
        message: `${nameOf(node)} ${has}: ${line ? 'it gets its INTx line' : 'the call fails with -EINVAL'}`,
        facts: { fn: nameOf(node), asked: request.mode, msi, msix },
      };
    }
  },
};
