import type { PciNode, Request } from '../../model/machine.ts';
import { nameOf, placeOfVectors } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const requestExceedsTable: Rule = {
  id: 'request-exceeds-table',
  severity: 'warning',
  title: 'a driver needs more vectors than the function has',
  checks:
    'The minimum of a request is compared with what the function offers, for each kind that the call allows: entries of its MSI-X table, messages of its MSI capability, one INTx line.',
  why: 'pci_alloc_irq_vectors answers -ENOSPC when the minimum is above what the capability offers, before the interrupt controller is asked. With a fallback in the call the next kind is tried, and its error is the one returned.',
  remedy: 'Ask for at most what the function offers, which the quick-fix does, or give the device a larger table.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request (6.1, 6.12, 7.2)',
  ],
  *checkNode(node) {
    for (const call of node.plan) {
      if (call.call !== 'allocate') continue;
      if (!call.ladder.every((rung) => !isForMessages(rung) || exceeds(node, rung))) continue;
      const asksForMessages = call.ladder.filter(isForMessages);
      const request = asksForMessages.at(-1);
      if (request === undefined) continue;
      const offered = offers(node, request);
      const end = call.ladder.length > asksForMessages.length ? 'INTx is what is left' : '-ENOSPC';
      yield {
        rule: 'request-exceeds-table',
        at: placeOfVectors(node, request),
        message: `The driver needs at least ${counted(request.min, `${label(request)} vector`)}, ${nameOf(node)} offers ${offered}${alsoOffered(node, request)}: ${end}`,
        facts: { fn: nameOf(node), min: request.min, offered },
      };
    }
  },
};

/** Messages or table entries the function offers for the mode of a request. */
export const offers = (node: PciNode, { mode }: Pick<Request, 'mode'>): number =>
  mode === 'msix' ? node.capabilities.msix : mode === 'msi' ? node.capabilities.msi : 0;

const isForMessages = ({ mode }: Request): boolean => mode === 'msix' || mode === 'msi';

/** No kind that the call allows has enough; one that the function does not have at all is another finding's. */
const exceeds = (node: PciNode, request: Request): boolean =>
  request.min <= request.max &&
  offers(node, request) > 0 &&
  request.min > offers(node, request) &&
  request.fallback.every((mode) =>
    mode === 'intx' ? request.min > 1 || !node.capabilities.intx : request.min > offers(node, { mode }),
  );

const alsoOffered = (node: PciNode, { mode, fallback }: Request): string =>
  mode === 'msix' && fallback.includes('msi') && node.capabilities.msi > 0
    ? `, and ${node.capabilities.msi} of MSI`
    : '';

const label = ({ mode }: Request): string => (mode === 'msix' ? 'MSI-X' : 'MSI');
