/** Whether a bridge that was hot-added has bus numbers. */
import type { Draft } from '../base/int-map.ts';
import { busOwnerName } from './bus.ts';
import type { BusRange } from './enumeration.ts';
import type { PciProblem } from './problem.ts';
import type { PciFunction, Topology } from './topology.ts';

/**
 * After a bridge was hot-added: whether it, or one below it, got no number that can be reached ("No bus number
 * available for hot-added bridge", pci_hp_add_bridge).
 */
export function noHotplugBus(
  topology: Topology,
  ranges: Pick<Draft<BusRange>, 'get'>,
  bridge: PciFunction,
  range: { readonly first: number; readonly last: number },
): PciProblem | undefined {
  const short = firstWithoutBus(topology, ranges, bridge);
  if (short === undefined) return undefined;
  const owner = busOwnerName(topology, bridge);
  const parent = bridge.parent === undefined ? undefined : topology.functions[bridge.parent];
  const type = bridge.node.type ?? bridge.node.kind;
  return {
    rule: 'bridge-no-hotplug-bus',
    node: bridge.node,
    part: 'header',
    message: `Hot-adding ${type} below ${owner} needs a bus${short === bridge ? '' : ` for ${short.name}, too`}; range ${range.first}..${range.last} is full`,
    related: parent
      ? [{ node: parent.node, part: 'header', message: `${owner} has buses ${range.first}..${range.last}` }]
      : [],
    functions: parent ? [bridge.index, parent.index] : [bridge.index],
    facts: { type, port: owner, first: range.first, last: range.last },
  };
}

function firstWithoutBus(
  topology: Topology,
  ranges: Pick<Draft<BusRange>, 'get'>,
  bridge: PciFunction,
): PciFunction | undefined {
  const range = ranges.get(bridge.index);
  if (!range?.reachable) return bridge;
  for (const child of bridge.children) {
    const fn = topology.functions[child];
    const below = fn && ranges.get(child) && firstWithoutBus(topology, ranges, fn);
    if (below) return below;
  }
  return undefined;
}
