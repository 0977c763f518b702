/** Which functions hang below which host bridge, as the operating system has found them. */
import type { HostBridge } from '../model/machine.ts';
import type { Enumeration } from './enumeration.ts';
import type { PciFunction, Topology } from './topology.ts';

interface Below {
  readonly topology: Topology;
  readonly byHostBridge: ReadonlyMap<HostBridge, readonly PciFunction[]>;
}

const known = new WeakMap<Enumeration, Below>();
const nothing: readonly PciFunction[] = [];

/** Every function found below a host bridge, bridges included; walked once for each enumeration. */
export function foundBelow(
  topology: Topology,
  enumeration: Enumeration,
  hostBridge: HostBridge,
): readonly PciFunction[] {
  let below = known.get(enumeration);
  if (below === undefined || below.topology !== topology) {
    below = { topology, byHostBridge: walk(topology, enumeration) };
    known.set(enumeration, below);
  }
  return below.byHostBridge.get(hostBridge) ?? nothing;
}

function walk(topology: Topology, enumeration: Enumeration): Map<HostBridge, PciFunction[]> {
  const byHostBridge = new Map<HostBridge, PciFunction[]>();
  for (const fn of enumeration.buses.keys()) {
    const at = topology.functions[fn];
    const hostBridge = at === undefined ? undefined : topology.rootBuses[at.rootBus]?.hostBridge;
    if (at === undefined || hostBridge === undefined) continue;
    const functions = byHostBridge.get(hostBridge);
    if (functions === undefined) byHostBridge.set(hostBridge, [at]);
    else functions.push(at);
  }
  return byHostBridge;
}
