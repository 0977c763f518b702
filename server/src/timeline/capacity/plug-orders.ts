/** What `hotplug` functions below one aliasing bridge get, over all the orders in which they could be plugged in. */
import type { PciNode } from '../../model/machine.ts';
import { requesterIdsOf } from '../../pci/requester.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { plug } from '../hotplug.ts';
import { newLog } from '../log.ts';
import { isOneValue, type OrderRange, overOrders } from '../orders.ts';
import { isFound, isPresent, type MachineState } from '../state.ts';

/** The ranges of the declarations for which the order matters. They share a table, so only what is below one bridge is compared. */
export function plugOrders(state: MachineState): ReadonlyMap<PciNode, OrderRange> {
  const found = new Map<PciNode, OrderRange>();
  for (const functions of candidatesByAlias(state).values()) {
    if (functions.length < 2) continue;
    for (const range of overOrders(state, functions, (now, fn) => plug(now, fn, newLog()))) {
      const node = state.topology.functions[range.fn]?.node;
      if (node !== undefined && !isOneValue(range)) found.set(node, range);
    }
  }
  return found;
}

/** The absent functions that could come now, by the uppermost bridge that signals for them; one of each address. */
function candidatesByAlias(state: MachineState): ReadonlyMap<FunctionIndex, readonly FunctionIndex[]> {
  const { functions } = state.topology;
  const groups = new Map<FunctionIndex, FunctionIndex[]>();
  const taken = new Set<string>();
  for (const { index, node, parent, device, function: number } of functions) {
    if (!node.hotplug || node.kind !== 'endpoint' || parent === undefined) continue;
    if (isPresent(state, index) || !isFound(state, parent) || number !== 0) continue;
    const alias = aliasAbove(state, parent);
    const address = `${parent} ${device}`;
    if (alias === undefined || taken.has(address)) continue;
    taken.add(address);
    const group = groups.get(alias);
    if (group) group.push(index);
    else groups.set(alias, [index]);
  }
  return groups;
}

/** The bridge whose alias what is below `parent` would signal under. */
function aliasAbove(state: MachineState, parent: FunctionIndex): FunctionIndex | undefined {
  const { topology, enumeration } = state;
  let alias = topology.functions[parent]?.node.bridge?.alias === 'none' ? undefined : parent;
  const above = requesterIdsOf(topology, enumeration, parent)?.aliasBridge;
  if (above !== undefined) alias = above;
  return alias;
}
