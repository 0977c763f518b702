/** Which function of another machine is which of this one: that at the same place, as QEMU finds a device's part of the stream. */
import { NOBODY, type Renumber } from '../../controllers/arrival.ts';
import { devicePaths } from '../../pci/device-path.ts';
import { type HotplugPlace, placeSpares } from '../../pci/slots.ts';
import { type FunctionIndex, NOWHERE, type Topology } from '../../pci/topology.ts';
import { type MachineState, presentIn } from '../state.ts';

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

/**
 * Compares the places of two machines. A place may have been another function's before: of several that are declared for it the
 * one with the same name counts, then who is there now.
 */
export function counterparts({ topology: here, ...state }: MachineState, other: Topology): Counterparts {
  const paths = devicePaths(here);
  const topology = withSpares(here, other, paths);
  const pathsThere = devicePaths(topology);
  const toThere: FunctionIndex[] = here.functions.map(() => NOBODY);
  const toHere: FunctionIndex[] = topology.functions.map(() => NOBODY);
  const pair = (index: FunctionIndex, there: FunctionIndex | undefined) => {
    if (there === undefined || toThere[index] !== NOBODY || toHere[there] !== NOBODY) return;
    toThere[index] = there;
    toHere[there] = index;
  };
  const byName = new Map<string, FunctionIndex>();
  const byPlace = new Map<string, FunctionIndex>();
  for (const { index, name } of topology.functions) {
    const path = pathsThere[index];
    if (path !== undefined) byName.set(`${path} ${name}`, index);
  }
  for (const { index, name } of here.functions) pair(index, byName.get(`${paths[index]} ${name}`));
  for (const { index } of topology.functions) {
    const path = pathsThere[index];
    if (path !== undefined && toHere[index] === NOBODY) byPlace.set(path, index);
  }
  const present = presentIn({ topology: here, ...state });
  for (const isThere of [true, false]) {
    for (const { index } of here.functions) {
      if (present(index) === isThere) pair(index, byPlace.get(paths[index] ?? ''));
    }
  }
  const { functions } = here;
  // Spares without a place are each other's by name: nothing else is known of them.
  for (const node of here.machine.unplaced) {
    const elements = spareNamed(topology, node.name);
    for (const [element, index] of (here.byNode.get(node) ?? []).entries()) {
      const there = elements[element];
      const areFree =
        there !== undefined && topology.functions[there]?.rootBus === NOWHERE && functions[index]?.rootBus === NOWHERE;
      if (areFree) pair(index, there);
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
