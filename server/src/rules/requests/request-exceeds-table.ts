import type { PciNode, Request } from '../../model/machine.ts';
import { eachNode, nameOf, placeOfVectors } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const requestExceedsTable: Rule = {
  id: 'request-exceeds-table',
  severity: 'warning',
  title: 'a driver needs more vectors than the function has',
  checks: 'The minimum of a request is compared with the MSI-X table or the MSI capability of the function.',
  why: 'pci_alloc_irq_vectors answers -ENOSPC when the minimum is above what the capability offers, before the interrupt controller is asked. With a fallback in the call the next kind is tried, and its error is the one returned.',
  remedy: 'Ask for at most what the function offers, which the quick-fix does, or give the device a larger table.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request (6.1, 6.12, 7.2)',
  ],
  *check({ machine }) {
    for (const { node } of eachNode(machine)) {
      for (const call of node.plan) {
        if (call.call !== 'allocate' || !call.ladder.every((request) => exceeds(node, request))) continue;
        const request = call.ladder.at(-1);
        if (request === undefined) continue;
        const offered = offers(node, request);
        yield {
          rule: 'request-exceeds-table',
          at: placeOfVectors(node, request),
          message: `The driver needs at least ${request.min} ${label(request)} vectors, ${nameOf(node)} offers ${offered}: -ENOSPC`,
          facts: { fn: nameOf(node), min: request.min, offered },
        };
      }
    }
  },
};

/** Messages or table entries the function offers for the mode of a request. */
export const offers = (node: PciNode, { mode }: Request): number =>
  mode === 'msix' ? node.capabilities.msix : mode === 'msi' ? node.capabilities.msi : 0;

const exceeds = (node: PciNode, request: Request): boolean => {
  const offered = offers(node, request);
  return offered > 0 && request.min > offered && request.min <= request.max;
};

const label = ({ mode }: Request): string => (mode === 'msix' ? 'MSI-X' : 'MSI');
