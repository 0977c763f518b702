import type { RuleContext } from '../context.ts';
import type { Finding, Rule } from '../rule.ts';
import { at, type DeviceIdGroup, hex, listOf, relatedTo, sharedDeviceIds } from '../sharing.ts';

export const devidAliasedByBridge: Rule = {
  id: 'devid-aliased-by-bridge',
  severity: 'info',
  title: 'functions below a bridge share one DeviceID',
  checks:
    'For every function that can send messages, the requester ID that arrives at the root is followed through the bridges above; where a bridge puts another one in its place, all that stands below is named.',
  why: `A PCIe-to-PCI bridge sends everything from below with the ID (secondary bus, device 0, function 0); a conventional bridge with its own. The ITS then sees one DeviceID, and Linux gives it one interrupt translation table.

That table is sized when the first of them asks: the sum, over all functions present below the bridge, of the larger of MSI and MSI-X, rounded up to a power of two. It never grows, and it stays until reboot.`,
  remedy:
    'Nothing fails by this alone. Functions that are to have tables of their own stand below root ports: each port is a DeviceID for every function behind it.',
  sources: [
    'Linux 7.2: pci_for_each_dma_alias, drivers/pci/search.c; get_msi_id_cb, drivers/pci/msi/irqdomain.c; its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c',
    'QEMU 10.0: pci_req_id_cache_get, hw/pci/pci.c',
    'Recorded machines: bridge-order1, bridge-nested (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const group of sharedDeviceIds(context)) if (group.bridge !== undefined) yield* aliased(context, group);
  },
};

function* aliased({ topology }: RuleContext, group: DeviceIdGroup): Iterable<Finding> {
  const functions = group.sharers.map(({ fn }) => fn);
  const said = new Set<unknown>();
  for (const { fn, path } of group.sharers) {
    const { node, name } = at(topology, fn);
    if (path.aliasBridge === undefined || said.has(node)) continue;
    said.add(node);
    const bridge = at(topology, path.aliasBridge);
    const others = functions.filter((other) => other !== fn);
    const shares = others.length > 0 ? `; shares it with ${listOf(others.map((o) => at(topology, o).name))}` : '';
    yield {
      rule: 'devid-aliased-by-bridge',
      at: { decl: node.decl, part: 'header' },
      message: `${name} (requester ID ${hex(path.requesterId)}) signals as DeviceID ${hex(group.deviceId)} via ${bridge.name}${shares}`,
      related: [
        { at: { decl: bridge.node.decl, part: 'header' }, message: `${bridge.name} puts its ID in place` },
        ...relatedTo(topology, others, (other) => `${other.name} shares the DeviceID`),
      ],
      functions: [fn, ...others],
      facts: { fn: name, requesterId: path.requesterId, deviceId: group.deviceId, bridge: bridge.name },
    };
  }
}
