import { nameOf, placeOfVectors, requestsOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const intxFallbackNotAllowed: Rule = {
  id: 'intx-fallback-not-allowed',
  severity: 'warning',
  title: 'an INTx fallback that can never be taken',
  checks: 'A request that allows INTx has a minimum of 1.',
  why: 'A function has one INTx line. pci_alloc_irq_vectors falls back to it only when one vector is enough (`min_vecs == 1`); with a larger minimum it returns -ENOSPC although the flag is set.',
  remedy: 'Set the minimum to 1 if the driver can live with the line, which the quick-fix does, or drop the fallback.',
  sources: [
    'Linux 7.2: pci_alloc_irq_vectors_affinity, drivers/pci/msi/api.c',
    'Recorded machine: x86-conflict-noir-smp2-61',
  ],
  *checkNode(node) {
    for (const request of requestsOf(node)) {
      const allowsIntx = request.mode === 'intx' || request.fallback.includes('intx');
      if (request.decl === undefined || !allowsIntx || request.min <= 1 || request.min > request.max) continue;
      yield {
        rule: 'intx-fallback-not-allowed',
        at: placeOfVectors(node, request),
        message:
          request.mode === 'intx'
            ? `${nameOf(node)} asks for ${request.min} vectors of its one INTx line: -ENOSPC`
            : `${nameOf(node)} asks for at least ${request.min} vectors, so the INTx fallback, which needs a minimum of 1, is never taken`,
        facts: { fn: nameOf(node), min: request.min, max: request.max },
      };
    }
  },
};
