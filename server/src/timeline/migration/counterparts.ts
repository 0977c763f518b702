/** Which function of another machine is which of this one: that at the same place, as QEMU finds a device's part of the stream. */
import { NOBODY, type Renumber } from '../../controllers/arrival.ts';
import { devicePaths } from '../../pci/device-path.ts';
import { type HotplugPlace, placeSpares } from '../../pci/slots.ts';
import { type FunctionIndex, NOWHERE, type Topology } from '../../pci/topology.ts';

export interface Counterparts {
  /** The other machine's; spares that have a place here have it there, too. */
  readonly topology: Topology;
  /** From an index here to one there. */
  readonly there: Renumber;
  /** From an index there to one here. */
  readonly here: Renumber;
  /** Of the functions here, by index. */
  readonly paths: readonly (string | undefined)[];
  readonly pathsThere: readonly (string | undefined)[];
}

/** Compares the places of two machines. */
export function counterparts(here: Topology, other: Topology): Counterparts {
  const paths = devicePaths(here);
  const topology = withSpares(here, other, paths);
  const pathsThere = devicePaths(topology);
  const byPath = new Map<string, FunctionIndex>();
  pathsThere.forEach((path, index) => {
    if (path !== undefined) byPath.set(path, index);
  });
  const toThere = paths.map((path) => (path === undefined ? undefined : byPath.get(path)) ?? NOBODY);
  const toHere: FunctionIndex[] = topology.functions.map(() => NOBODY);
  toThere.forEach((there, index) => {
    if (there !== NOBODY) toHere[there] = index;
  });
  const { functions } = here;
  // Spares without a place are each other's by name: nothing else is known of them.
  for (const node of here.machine.unplaced) {
    const elements = spareNamed(topology, node.name);
    for (const [element, index] of (here.byNode.get(node) ?? []).entries()) {
      const there = elements[element];
      const isFree = there !== undefined && topology.functions[there]?.rootBus === NOWHERE;
      if (!isFree || functions[index]?.rootBus !== NOWHERE) continue;
      toThere[index] = there;
      toHere[there] = index;
    }
  }
  return {
    topology,
    there: (fn) => toThere[fn] ?? NOBODY,
    here: (fn) => toHere[fn] ?? NOBODY,
    paths,
    pathsThere,
  };
}

/** Spares that were plugged in here stand where they do here: whoever starts the other end puts them there. */
function withSpares(here: Topology, other: Topology, paths: readonly (string | undefined)[]): Topology {
  const places: HotplugPlace[] = [];
  let bridges: Map<string, FunctionIndex> | undefined;
  for (const node of here.machine.unplaced) {
    const elements = spareNamed(other, node.name);
    for (const [element, index] of (here.byNode.get(node) ?? []).entries()) {
      const fn = here.functions[index];
      const there = elements[element];
      if (fn?.parent === undefined || there === undefined) continue;
      bridges ??= byPath(other);
      const bridge = bridges.get(paths[fn.parent] ?? '');
      if (bridge !== undefined) places.push({ fn: there, bridge, device: fn.device });
    }
  }
  return places.length === 0 ? other : placeSpares(other, places);
}

function byPath(topology: Topology): Map<string, FunctionIndex> {
  const found = new Map<string, FunctionIndex>();
  devicePaths(topology).forEach((path, index) => {
    if (path !== undefined) found.set(path, index);
  });
  return found;
}

function spareNamed({ machine, byNode }: Topology, name: string | undefined): readonly FunctionIndex[] {
  const node = name === undefined ? undefined : machine.unplaced.find((spare) => spare.name === name);
  return (node && byNode.get(node)) ?? [];
}
