import { nameOf, placeOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { modeName, secondCalls } from './second-call.ts';

export const msiAndMsixBothEnabled: Rule = {
  id: 'msi-and-msix-both-enabled',
  severity: 'error',
  title: 'MSI and MSI-X asked for at the same time',
  checks:
    'A driver that holds MSI-X vectors does not ask for MSI before it has given them back, nor the other way round. Requests of a block are made in order, with nothing freed in between.',
  why: 'A function may have both capabilities, but only one may be enabled: with both on, the PCI specification leaves the behaviour undefined. Linux refuses the second call with -EINVAL ("can\'t enable MSI-X (MSI already enabled)") and the driver keeps the first.',
  remedy:
    'Ask for one of the two. To take MSI only where MSI-X fails, write one request with `fallback = msi`: then the kernel tries them in turn within one call.',
  sources: [
    'Linux 7.2: __pci_enable_msi_range, __pci_enable_msix_range, drivers/pci/msi/msi.c',
    'PCI Local Bus Specification 3.0: 6.8.3, "a device driver is not permitted to enable both"',
    'Recorded machine: msi-msix-fallback (6.1, 6.12, 7.2)',
  ],
  *checkNode(node) {
    for (const { held, asked, hidden } of secondCalls(node)) {
      if (hidden || held.mode === asked.mode || asked.mode === 'intx') continue;
      const [was, now] = [modeName(held), modeName(asked)];
      yield {
        rule: 'msi-and-msix-both-enabled',
        at: placeOf(node, asked),
        message: `${nameOf(node)} asks for ${now} while it holds ${was} vectors: Linux returns -EINVAL, and enabling both is undefined by the PCI specification`,
        related: [{ at: placeOf(node, held), message: `${was} is enabled here` }],
        facts: { fn: nameOf(node), held: held.mode, asked: asked.mode },
      };
    }
  },
};
