import { nameOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

/** Linux asks for at most this many vectors for the services of a port: PCIE_PORT_MAX_MSI_ENTRIES, portdrv.c. */
const PORT_MAX_VECTORS = 32;

export const portServiceVectorsInsufficient: Rule = {
  id: 'port-service-vectors-insufficient',
  severity: 'warning',
  title: "a port's message number is beyond its vectors",
  checks:
    'The message numbers of a port (PME and hot-plug share one, AER and DPC have their own) are below the number of vectors its MSI or MSI-X capability offers.',
  why: 'The port driver asks for as many vectors as it can get, reads the message numbers, and gives up with -EIO when one is not among them: all services of the port then share INTx, if there is any.',
  remedy: 'Give the port as many vectors as its largest message number plus one.',
  sources: ['Linux 7.2: pcie_port_enable_irq_vec, drivers/pci/pcie/portdrv.c'],
  *checkNode(node) {
    const { bridge } = node;
    if (bridge === undefined || !['root-port', 'downstream-port', 'switch'].includes(node.kind)) return;
    const vectors = Math.min(PORT_MAX_VECTORS, node.capabilities.msix || node.capabilities.msi);
    const largest = Math.max(bridge.pmeMessage, bridge.aerMessage, bridge.dpcMessage);
    if (vectors === 0 || largest < vectors) return;
    const key =
      largest === bridge.pmeMessage ? 'pme-message' : largest === bridge.aerMessage ? 'aer-message' : 'dpc-message';
    yield {
      rule: 'port-service-vectors-insufficient',
      at: { decl: node.decl, part: { value: key } },
      message: `Message number ${largest} of ${nameOf(node)} is beyond its ${vectors} ${vectors === 1 ? 'vector' : 'vectors'}: -EIO, its services fall back to INTx`,
      facts: { fn: nameOf(node), message: largest, vectors },
    };
  },
};
