/** What may be plugged into a machine at a moment: the declared `hotplug` blocks, and where more of their kind would go. */
import type { PciNode } from '../../model/machine.ts';
import { addElements } from '../../pci/further-elements.ts';
import { type FreeSlot, fits, freeSlots, placeHotplug } from '../../pci/slots.ts';
import type { FunctionIndex, PciFunction } from '../../pci/topology.ts';
import { plug } from '../hotplug.ts';
import { newLog } from '../log.ts';
import { isFound, isPresent, type MachineState, presentIn } from '../state.ts';

/** A declared `hotplug` block with everything of its kind that there is a place for, ready to be plugged in. */
export interface Candidate {
  readonly node: PciNode;
  /** The state asked about, with places for further elements, and with the bridges above plugged in. */
  readonly state: MachineState;
  /** Declared elements that are absent. */
  readonly declared: number;
  /** What is plugged at once, in order: the functions of one device, function 0 last. Declared ones come first. */
  readonly devices: readonly (readonly FunctionIndex[])[];
  /** How many functions of `devices` are declared. */
  readonly placed: number;
  /** Bridges that had to be plugged in first. */
  readonly first: readonly FunctionIndex[];
  /** The bridges below which it goes; undefined: wherever a slot takes it. */
  readonly below: readonly FunctionIndex[] | undefined;
}

/** Every declared `hotplug` block of the machine, in file order; those at the top level last. */
export function* candidatesOf(state: MachineState): Generator<Candidate> {
  const { machine, byNode } = state.topology;
  const spares = new Set(machine.unplaced);
  const slots = freeSlots(state.topology, state.enumeration, presentIn(state));
  for (const [node, elements] of byNode) {
    if (!node.hotplug || node.kind === 'vf' || node.kind === 'expander' || spares.has(node)) continue;
    yield inPlace(state, node, elements, slots);
  }
  for (const node of machine.unplaced) yield anywhere(state, node, slots);
}

/** One that has its place: more of its kind go below the same bridges. */
function inPlace(
  start: MachineState,
  node: PciNode,
  elements: readonly FunctionIndex[],
  free: readonly FreeSlot[],
): Candidate {
  const absent = elements.filter((fn) => !isPresent(start, fn));
  const { state, first } = withBridgesAbove(start, absent);
  const reachable = absent.filter((fn) => {
    const parent = state.topology.functions[fn]?.parent;
    return parent === undefined || isFound(state, parent);
  });
  const parents = new Set<FunctionIndex>();
  for (const fn of elements) {
    const parent = state.topology.functions[fn]?.parent;
    if (parent !== undefined) parents.add(parent);
  }
  const now = first.length === 0 ? free : freeSlots(state.topology, state.enumeration, presentIn(state));
  const slots = now.filter((slot) => parents.has(slot.bridge) && fits(node, slot));
  const { topology, elements: further } = addElements(state.topology, node, slots);
  return {
    node,
    state: { ...state, topology },
    declared: absent.length,
    devices: [...byDevice(topology.functions, reachable), ...further.map((fn) => [fn])],
    placed: reachable.length,
    first,
    below: [...parents],
  };
}

/** One of the top level: the lowest free slot that takes it, PCI Express ones before conventional ones. */
function anywhere(state: MachineState, node: PciNode, free: readonly FreeSlot[]): Candidate {
  const elements = state.topology.byNode.get(node) ?? [];
  const absent = elements.flatMap((fn, number) => (isPresent(state, fn) ? [] : [number]));
  const slots = free.filter((slot) => fits(node, slot));
  const present = presentIn(state);
  const chosen = absent.slice(0, slots.length);
  const placement = placeHotplug(state.topology, state.enumeration, present, node, chosen);
  const rest = [...slots.filter(({ bus }) => bus === 'pcie'), ...slots.filter(({ bus }) => bus !== 'pcie')];
  const { topology, elements: further } = addElements(placement.topology, node, rest.slice(chosen.length));
  return {
    node,
    state: { ...state, topology },
    declared: absent.length,
    devices: [...placement.placed, ...further].map((fn) => [fn]),
    placed: placement.placed.length,
    first: [],
    below: undefined,
  };
}

/** Plugs in the `hotplug` bridges above functions: what goes below them cannot come before them. */
function withBridgesAbove(
  start: MachineState,
  functions: readonly FunctionIndex[],
): { readonly state: MachineState; readonly first: readonly FunctionIndex[] } {
  const first: FunctionIndex[] = [];
  let state = start;
  for (const fn of functions) {
    const missing: FunctionIndex[] = [];
    let above = state.topology.functions[fn]?.parent;
    while (above !== undefined && !isPresent(state, above)) {
      missing.unshift(above);
      above = state.topology.functions[above]?.parent;
    }
    for (const bridge of missing) {
      if (state.topology.functions[bridge]?.node.hotplug !== true || isPresent(state, bridge)) continue;
      state = plug(state, bridge, newLog());
      first.push(bridge);
    }
  }
  return { state, first };
}

/** Functions of one device are found together, when its function 0 comes. */
function byDevice(functions: readonly PciFunction[], elements: readonly FunctionIndex[]): readonly FunctionIndex[][] {
  const devices = new Map<string, FunctionIndex[]>();
  for (const index of elements) {
    const fn = functions[index];
    if (fn === undefined) continue;
    const key = `${fn.parent ?? `root ${fn.rootBus}`} ${fn.device}`;
    const device = devices.get(key);
    if (device) device.unshift(index);
    else devices.set(key, [index]);
  }
  return [...devices.values()];
}
