import type { RuleContext } from '../context.ts';
import type { Finding, Rule } from '../rule.ts';
import { at, type DeviceIdGroup, deviceIdGroups, hex, relatedTo } from '../sharing.ts';

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
    for (const group of deviceIdGroups(context)) yield* collision(context, group);
  },
};

function* collision({ topology, boot }: RuleContext, group: DeviceIdGroup): Iterable<Finding> {
  const own = group.sharers.find(({ fn, path }) => fn === group.bridge || isItsOwnAlias(group, fn, path.aliasBridge));
  if (own === undefined || group.bridge !== own.fn) return;
  const took = boot.steps.some((step) => step.calls.some((call) => call.fn === own.fn && call.granted > 0));
  const below = group.sharers.filter(({ fn }) => fn !== own.fn).map(({ fn }) => fn);
  if (!took || below.length === 0) return;
  const bridge = at(topology, own.fn);
  yield {
    rule: 'devid-collides-with-bridge-own-msi',
    at: { decl: bridge.node.decl, part: 'header' },
    message: `${bridge.name} uses DeviceID ${hex(group.deviceId)} for its own MSI, which fills the table: the ${below.length === 1 ? 'function' : `${below.length} functions`} below ${below.length === 1 ? 'gets' : 'get'} no event`,
    related: relatedTo(topology, below, (fn) => `${fn.name} signals with the bridge's ID and finds no event`),
    functions: [own.fn, ...below],
    facts: { bridge: bridge.name, deviceId: group.deviceId, functions: below.length, events: 0 },
  };
}

const isItsOwnAlias = (group: DeviceIdGroup, fn: number, alias: number | undefined): boolean =>
  alias === undefined && fn === group.bridge;
