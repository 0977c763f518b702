import { nameOf, placeOfVectors, requestsOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { offers } from './request-exceeds-table.ts';

export const requestMaxClipped: Rule = {
  id: 'request-max-clipped',
  severity: 'info',
  title: 'a driver asks for more than the function has, and takes less',
  checks:
    'The maximum of a written request is compared with the MSI-X table or the MSI capability of the function, and so is what a guest is to use of an assigned one.',
  why: 'The kernel clips the maximum to the capability without a word; the driver gets at most that many.',
  remedy: 'Nothing has to change. To say what will really be asked for, lower the maximum; the quick-fix does.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'Recorded machine: msix-partial-request (6.1, 6.12, 7.2)',
  ],
  *checkNode(node) {
    for (const request of requestsOf(node)) {
      const offered = offers(node, request);
      if (request.decl === undefined || offered === 0 || request.max <= offered || request.min > offered) continue;
      yield {
        rule: 'request-max-clipped',
        at: placeOfVectors(node, request),
        message: `The request for up to ${request.max} vectors is clipped to the ${offered} that ${nameOf(node)} offers`,
        facts: { fn: nameOf(node), max: request.max, offered, min: request.min },
      };
    }
  },
  *check({ machine }) {
    for (const { name = 'The guest', assignments } of machine.vms) {
      for (const { decl, node, entries, ims } of assignments) {
        const { msix, msi, ims: storage } = node.capabilities;
        const offered = msix || msi || 1;
        const fn = nameOf(node);
        if (entries !== undefined && entries > offered) {
          yield {
            rule: 'request-max-clipped',
            at: { decl, part: { value: 'entries' } },
            message: `${name} is to unmask ${entries} entries of ${fn}, which has ${offered}`,
            facts: { fn, max: entries, offered, min: 0 },
          };
        }
        if (ims !== 'all' && storage !== 'unlimited' && storage > 0 && ims > storage) {
          yield {
            rule: 'request-max-clipped',
            at: { decl, part: { value: 'ims' } },
            message: `${name} is to use ${ims} entries of the message storage of ${fn}, which has ${storage}`,
            facts: { fn, max: ims, offered: storage, min: 0 },
          };
        }
      }
    }
  },
};
