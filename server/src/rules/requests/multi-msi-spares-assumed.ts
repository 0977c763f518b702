import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { Request } from '../../model/machine.ts';
import { nameOf, placeOf, requestsOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';
import { offers } from './request-exceeds-table.ts';

export const multiMsiSparesAssumed: Rule = {
  id: 'multi-msi-spares-assumed',
  severity: 'warning',
  title: 'a driver uses more messages than it asked for',
  checks:
    '`irqs` of a request, the number the driver then requests handlers for, is at most the vectors it can be granted.',
  why: 'Multi-MSI is programmed with a power of two, so the device may send more messages than were asked for. Linux creates descriptors for exactly as many as were asked for: there is no interrupt to request behind the spare ones, and request_irq on them fails.',
  remedy: 'Ask for the power of two if the device sends that many messages; the quick-fix does.',
  sources: [
    'Linux 7.2: msi_capability_init, drivers/pci/msi/msi.c',
    'Thomas Gleixner, linux-pci: drivers must not use the gap to the power of two',
  ],
  *checkNode(node) {
    for (const request of requestsOf(node)) {
      const granted = Math.min(request.max, offers(node, request));
      if (request.irqs === undefined || granted === 0 || request.irqs <= granted) continue;
      yield {
        rule: 'multi-msi-spares-assumed',
        at: request.decl ? { decl: request.decl, part: { value: 'irqs' } } : placeOf(node, request),
        message: `${nameOf(node)} requests ${request.irqs} interrupts, but ${backed(request, granted)}`,
        facts: { fn: nameOf(node), irqs: request.irqs, granted },
      };
    }
  },
};

function backed({ mode }: Request, granted: number): string {
  const programmed = roundUpToPowerOfTwo(granted);
  if (mode !== 'msi' || programmed === granted) return `is granted ${counted(granted, 'vector')} at most`;
  return `only ${granted} of the ${programmed} messages have a descriptor`;
}
