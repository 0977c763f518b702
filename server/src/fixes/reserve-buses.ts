import type { PciFunction } from '../pci/topology.ts';
import type { Finding } from '../rules/rule.ts';
import { setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, bridgesAbove, buses, fact, functionsOf } from './places.ts';

/** Each try is an analysis; a nest of hot-plugged bridges deeper than this is reserved for by hand. */
const MOST_TRIES = 6;

export const reserveBuses: Fix = {
  id: 'reserve-buses',
  rules: ['bridge-no-hotplug-bus', 'sriov-bus-out-of-range'],
  safety: 'review',
  doc: 'Reserves bus numbers below a port for bridges that are plugged in later, or for VFs on further buses.',
  *propose(finding, context) {
    const port = portOf(finding, context);
    const block = port && blockOf(context, port.node.decl);
    if (port === undefined || block === undefined) return;
    const reserved = port.node.bridge?.busesReserved ?? 0;
    const least = Math.max(1, (fact(finding, 'reach') ?? 0) - (fact(finding, 'end') ?? 0));
    for (let more = least; more < least + MOST_TRIES; more++) {
      const kept = reserved + more;
      yield {
        title: `Reserve ${buses(kept)} below ${port.name}`,
        edits: setProperty(context.tree, block, 'buses', `${kept}`),
        otherwise: more > least,
      };
    }
  },
};

/** The port whose range is too short. */
function portOf(finding: Finding, context: FixContext): PciFunction | undefined {
  const [fn, port] = functionsOf(finding, context);
  if (finding.rule === 'bridge-no-hotplug-bus' && port) return port;
  const [above] = fn ? bridgesAbove(context, fn) : [];
  return above;
}
