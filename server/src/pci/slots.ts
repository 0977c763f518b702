/** Where something may be plugged: slots of PCI Express ports, of SHPC bridges, and of bridges that ACPI hot-plugs. */
import type { PciNode } from '../model/machine.ts';
import { DEVICES_PER_BUS, devfnOf, firstDeviceBelow, isConventionalBus, takesOneDevice } from './bus.ts';
import type { Enumeration, Present } from './enumeration.ts';
import { newShape } from './shape.ts';
import { vfFailure, vfOffsetOf } from './sriov.ts';
import { type FunctionIndex, NOWHERE, type PciFunction, type Topology } from './topology.ts';

/** A free place for one hot-plugged device, function 0. */
export interface FreeSlot {
  /** The port or bridge below which it is. */
  readonly bridge: FunctionIndex;
  /** 0..31 */
  readonly device: number;
  readonly by: 'native' | 'shpc' | 'acpi';
  /** What kind of bus it is on. */
  readonly bus: 'pcie' | 'conventional';
}

/**
 * All free places at a moment, in order of bus and device. A place is taken by what is present, and by a declared
 * `hotplug` function, for which it is kept.
 */
export const freeSlots = (topology: Topology, enumeration: Enumeration, present: Present): readonly FreeSlot[] => [
  ...eachFreeSlot(topology, enumeration, present),
];

/** {@link freeSlots} one by one: who wants the first one looks no further. */
function* eachFreeSlot(topology: Topology, enumeration: Enumeration, present: Present): Iterable<FreeSlot> {
  const spares = new Set(topology.machine.unplaced);
  for (const index of hotplugBridges(topology, enumeration)) {
    const bridge = topology.functions[index];
    if (bridge === undefined) continue;
    const by = bridge.node.bridge?.hotplug ?? 'none';
    if (by === 'none') continue;
    const isTaken = (child: FunctionIndex): boolean => {
      const fn = topology.functions[child];
      return fn !== undefined && (present(child) || (fn.node.hotplug && !spares.has(fn.node)));
    };
    const bus = isConventionalBus(bridge.node) ? 'conventional' : 'pcie';
    if (takesOneDevice(bridge.node) || bus === 'pcie') {
      if (!bridge.children.some(isTaken)) yield { bridge: index, device: 0, by, bus };
      continue;
    }
    const taken = new Set(bridge.children.filter(isTaken).map((child) => topology.functions[child]?.device));
    for (let device = firstDeviceBelow(bridge.node); device < DEVICES_PER_BUS; device++) {
      if (!taken.has(device)) yield { bridge: index, device, by, bus };
    }
  }
}

/** By the numbering they follow from: bridges keep their buses while functions come and go. */
const bridgesOf = new WeakMap<Enumeration['ranges'], readonly FunctionIndex[]>();

/** The bridges that take devices at run time and have their buses, in order of segment and bus. */
function hotplugBridges({ functions, rootBuses }: Topology, { ranges }: Enumeration): readonly FunctionIndex[] {
  const known = bridgesOf.get(ranges);
  if (known !== undefined) return known;
  const found: { readonly index: FunctionIndex; readonly bus: number; readonly segment: number }[] = [];
  for (const [index, range] of ranges) {
    const bridge = functions[index];
    const hostBridge = rootBuses[bridge?.rootBus ?? NOWHERE]?.hostBridge;
    if (bridge === undefined || hostBridge === undefined || !range.reachable) continue;
    if (bridge.node.bridge === undefined || bridge.node.bridge.hotplug === 'none') continue;
    found.push({ index, bus: range.secondary, segment: hostBridge.segment });
  }
  const inOrder = found.sort((a, b) => a.segment - b.segment || a.bus - b.bus).map(({ index }) => index);
  bridgesOf.set(ranges, inOrder);
  return inOrder;
}

/** Whether a device of that declaration can be plugged into the slot. A bridge goes where its kind may stand; endpoints follow `interface`. */
export const fits = (node: PciNode, slot: FreeSlot): boolean =>
  node.interface === 'either' || node.interface === slot.bus;

export interface HotplugPlacement {
  /** The same functions under the same indexes; of the elements asked for, those that fit have their place. */
  readonly topology: Topology;
  readonly placed: readonly FunctionIndex[];
  /** These find none. */
  readonly unplaced: readonly FunctionIndex[];
}

/**
 * Gives each of the `elements` (flat numbers) of a top-level `hotplug endpoint` the lowest free slot that takes it, as
 * libvirt chooses; PCI Express ones before conventional ones where it fits both. What was placed in an earlier call and
 * is not `present` loses its place.
 */
export function placeHotplug(
  topology: Topology,
  enumeration: Enumeration,
  present: Present,
  node: PciNode,
  elements: readonly number[],
): HotplugPlacement {
  const free = slotsFor(node, topology, enumeration, present);
  const places: HotplugPlace[] = [];
  const ofNode = topology.byNode.get(node) ?? [];
  for (const element of elements) {
    const fn = ofNode[element];
    if (fn === undefined) continue;
    const slot = free.next().value;
    places.push({ fn, bridge: slot?.bridge, device: slot?.device ?? 0 });
  }
  const placed = places.flatMap(({ fn, bridge }) => (bridge === undefined ? [] : [fn]));
  const unplaced = places.flatMap(({ fn, bridge }) => (bridge === undefined ? [fn] : []));
  return { topology: placeSpares(topology, places), placed, unplaced };
}

/** The free slots that take such a device: PCI Express ones first. */
function* slotsFor(
  node: PciNode,
  topology: Topology,
  enumeration: Enumeration,
  present: Present,
): Generator<FreeSlot, undefined> {
  for (const bus of ['pcie', 'conventional'] as const) {
    if (node.interface !== 'either' && node.interface !== bus) continue;
    for (const slot of eachFreeSlot(topology, enumeration, present)) if (slot.bus === bus) yield slot;
  }
}

/** Where an element of a top-level `hotplug endpoint` goes: device.0 below a bridge, or, without one, nowhere. */
export interface HotplugPlace {
  readonly fn: FunctionIndex;
  readonly bridge: FunctionIndex | undefined;
  /** 0..31 */
  readonly device: number;
}

/** The topology with these elements at these places, wherever they were before. */
export function placeSpares(topology: Topology, places: readonly HotplugPlace[]): Topology {
  const functions = topology.functions.slice();
  const moved = new Set<FunctionIndex>();
  const gained = new Map<FunctionIndex, FunctionIndex[]>();
  for (const { fn: index, bridge: below, device } of places) {
    const fn = topology.functions[index];
    if (fn === undefined) continue;
    moved.add(index);
    place(functions, fn, below === undefined ? undefined : topology.functions[below], device);
    if (below === undefined) continue;
    const others = gained.get(below);
    if (others === undefined) gained.set(below, [index]);
    else others.push(index);
  }
  const lost = new Set([...moved].flatMap((index) => topology.functions[index]?.parent ?? []));
  for (const owner of new Set([...lost, ...gained.keys()])) {
    const bridge = functions[owner];
    if (bridge === undefined) continue;
    const children = [...bridge.children.filter((child) => !moved.has(child)), ...(gained.get(owner) ?? [])];
    children.sort((a, b) => devfnAt(functions, a) - devfnAt(functions, b));
    functions[owner] = { ...bridge, children };
  }
  return { ...topology, functions, shape: newShape() };
}

export interface SpareFit {
  readonly node: PciNode;
  readonly placed: readonly FunctionIndex[];
  readonly unplaced: readonly FunctionIndex[];
}

/** All top-level hot-plug endpoints placed at once, in file order, each taking the slots the ones before leave. */
export function placeAllSpares(
  topology: Topology,
  enumeration: Enumeration,
  present: Present,
): { readonly topology: Topology; readonly fits: readonly SpareFit[] } {
  const all: SpareFit[] = [];
  const taken = new Set<FunctionIndex>();
  let current = topology;
  for (const node of topology.machine.unplaced) {
    const elements = Array.from({ length: topology.byNode.get(node)?.length ?? 0 }, (_, i) => i);
    const result = placeHotplug(current, enumeration, (fn) => taken.has(fn) || present(fn), node, elements);
    current = result.topology;
    for (const fn of result.placed) taken.add(fn);
    all.push({ node, placed: result.placed, unplaced: result.unplaced });
  }
  return { topology: current, fits: all };
}

/** Writes `fn` and its VFs at device.0 below `bridge`, or nowhere. */
function place(functions: PciFunction[], fn: PciFunction, bridge: PciFunction | undefined, device: number): void {
  const rootBus = bridge?.rootBus ?? NOWHERE;
  functions[fn.index] = { ...fn, parent: bridge?.index, rootBus, device, function: 0 };
  const { sriov } = fn.node;
  if (sriov === undefined) return;
  const vfRootBus = vfFailure(sriov) === undefined ? rootBus : NOWHERE;
  for (const index of fn.vfs) {
    const vf = functions[index];
    if (vf?.vf === undefined) continue;
    const devfn = (device << 3) + vfOffsetOf(sriov, vf.vf.number);
    functions[index] = {
      ...vf,
      parent: bridge?.index,
      rootBus: vfRootBus,
      device: (devfn & 0xff) >> 3,
      function: devfn & 7,
      vf: { ...vf.vf, busOffset: devfn >> 8 },
    };
  }
}

function devfnAt(functions: readonly PciFunction[], index: FunctionIndex): number {
  const fn = functions[index];
  return fn === undefined ? 0 : devfnOf(fn);
}
