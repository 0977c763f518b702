import { isPowerOfTwo, roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { PciNode, Request, RuleSet } from '../../model/machine.ts';
import { eachNode, nameOf, placeOfVectors } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const lifecycleMultiMsiLeak: Rule = {
  id: 'lifecycle-multi-msi-leak',
  severity: 'warning',
  title: 'freeing an odd number of MSI messages leaves events behind',
  checks: 'Requests for several MSI messages on an ITS ask for a power of two.',
  why: `Multi-MSI reserves one region of a power of two of events. Freeing gives them back one at a time, exactly as many as were asked for: the rest of the region stays taken for ever, and with it the table and its LPIs, through unbind, removal and hot-unplug.

The next insertion finds the table and needs a whole free region again. On Linux 6.1 and 6.12 the table has just one, so the second insertion fails; on 7.2 the table is as large as the capability and lasts a few insertions longer.`,
  remedy: 'Ask for the power of two, which the quick-fix does, or use MSI-X, where each vector is an event by itself.',
  sources: [
    'Linux 7.2: its_irq_domain_free, drivers/irqchip/irq-gic-v3-its.c; irq_domain_free_irqs_hierarchy, kernel/irq/irqdomain.c (frees one at a time)',
    'Thomas Gleixner and Marc Zyngier, 2021 to 2023: freeing regions in bulk',
    'Recorded machines: multi-msi, multi-msi-clean (6.1, 6.12, 7.2)',
  ],
  *check({ machine }) {
    if (!machine.controllers.some(({ type }) => type === 'gicv3')) return;
    for (const { node } of eachNode(machine)) {
      const request = oddRequest(node);
      if (request === undefined) continue;
      const asked = Math.min(request.max, node.capabilities.msi);
      const region = roundUpToPowerOfTwo(asked);
      const insertion = firstToFail(machine.rules, node, region);
      yield {
        rule: 'lifecycle-multi-msi-leak',
        at: placeOfVectors(node, request),
        message: `${nameOf(node)} leaves ${region - asked} of ${region} events behind each time its driver goes; insertion ${insertion} ${request.min > 1 ? 'fails with -ENOSPC' : 'gets 1 vector'}`,
        facts: { fn: nameOf(node), asked, region, leak: region - asked, insertion },
      };
    }
  },
};

function oddRequest(node: PciNode): Request | undefined {
  for (const call of node.plan) {
    const request = call.call === 'allocate' ? call.ladder[0] : undefined;
    if (request?.mode !== 'msi') continue;
    const asked = Math.min(request.max, node.capabilities.msi);
    if (asked > 0 && request.min <= asked && !isPowerOfTwo(asked)) return request;
  }
  return undefined;
}

/** The table of 7.2 is as large as the capability (its_pci_msi_prepare); before, as large as the request. */
const firstToFail = (rules: RuleSet, node: PciNode, region: number): number =>
  rules === '7.2' ? Math.floor(roundUpToPowerOfTwo(node.capabilities.msi) / region) + 1 : 2;
