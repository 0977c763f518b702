import type { FunctionIndex } from '../../pci/topology.ts';
import { functionState, grantedVectors } from '../../timeline/state.ts';
import type { RuleContext } from '../context.ts';
import { afterBoot } from '../headroom.ts';
import type { Finding, Rule } from '../rule.ts';
import { at, type DeviceIdGroup, hex, relatedTo, sharedDeviceIds } from '../sharing.ts';

export const devidCollidesWithBridgeOwnMsi: Rule = {
  id: 'devid-collides-with-bridge-own-msi',
  severity: 'error',
  title: "a bridge's own message takes the table of everything below it",
  checks:
    "A conventional bridge that takes an MSI of its own (its hot-plug controller's) is compared with the functions below it, which signal with the bridge's requester ID.",
  why: `The bridge driver binds first and asks for one vector. The bridge is not below itself, so the sum of what is below does not count: its DeviceID gets a table with one LPI, and the bridge takes it.

Every function below has the same DeviceID, finds the table and no free event in it: -ENOSPC for any number of vectors, even one. INTx is what is left.`,
  remedy:
    'Turn the hot-plug controller off with `hotplug = none` (QEMU: `shpc=off`), or use a pcie-pci-bridge, whose own message has another DeviceID than what is below.',
  sources: [
    'Linux 7.2: its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c; shpc_init, drivers/pci/hotplug/shpchp_hpc.c',
    'Recorded machines: plain-pci-bridge, plain-pci-bridge-noshpc (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const state = afterBoot(context);
    for (const group of sharedDeviceIds(context)) {
      const { bridge, sharers, controller } = group;
      if (controller.type !== 'gicv3' || bridge === undefined || !sharers.some(({ fn }) => fn === bridge)) continue;
      if (grantedVectors(functionState(state, bridge)) > 0) yield* collision(context, group, bridge);
    }
  },
};

function* collision({ topology }: RuleContext, group: DeviceIdGroup, own: FunctionIndex): Iterable<Finding> {
  const below = group.sharers.filter(({ fn }) => fn !== own).map(({ fn }) => fn);
  if (below.length === 0) return;
  const bridge = at(topology, own);
  yield {
    rule: 'devid-collides-with-bridge-own-msi',
    at: { decl: bridge.node.decl, part: 'header' },
    message: `${bridge.name} uses DeviceID ${hex(group.deviceId)} for its own MSI, which fills the table: the ${below.length === 1 ? 'function' : `${below.length} functions`} below ${below.length === 1 ? 'gets' : 'get'} no event`,
    related: relatedTo(topology, below, (fn) => `${fn.name} signals with the bridge's ID and finds no event`),
    functions: [own, ...below],
    facts: { bridge: bridge.name, deviceId: group.deviceId, functions: below.length, events: 0 },
  };
}
