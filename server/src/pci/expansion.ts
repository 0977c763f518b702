/** Every declared array as functions, every function on its bus. */
import type { HostBridge, Machine, PciNode } from '../model/machine.ts';
import {
  addressText,
  devfnOf,
  firstDeviceBelow,
  hostBridgeName,
  hostBridgeTakesSlotZero,
  lastBusOfWindow,
  takesOneDevice,
} from './bus.ts';
import { type BusPlan, type Conflict, NO_PLACE, planBus } from './bus-plan.ts';
import { internalBridgeOf } from './expander.ts';
import { shapeOf, type TreeShape } from './shape.ts';
import { vfFailure, vfOffsetOf } from './sriov.ts';
import { type FunctionIndex, NOWHERE, type PciFunction, type RootBus, type Topology } from './topology.ts';

/** Elements expanded in one segment: as many as there are requester IDs. */
export const MAX_FUNCTIONS_PER_SEGMENT = 65_536;

export interface ExpansionEvents {
  /** Once for each declaration on a declared bus, whose name stands in `owner`. */
  readonly onConflict: (conflict: Conflict, owner: string, indexes: string) => void;
  /** Once for each segment; `first` is the declaration that went over the limit. */
  readonly onLimit: (segment: number, first: PciNode) => void;
}

/** One element of a declaration and the bus behind it. */
interface Bus {
  readonly parent: FunctionIndex | undefined;
  readonly rootBus: number;
  /** Flat element number of that element. */
  readonly element: number;
  /** What stands behind its name: `[3]`, `[0][1]` or nothing. */
  readonly indexes: string;
  readonly presentAtBoot: boolean;
  readonly segment: number;
  /** `rp0`, for names and messages. */
  readonly owner: string;
  /** To be filled. */
  readonly children: FunctionIndex[];
}

/**
 * Functions of an untroubled declaration that is no array: itself, its VFs and all below it. Troubled is one where `events`
 * had something to tell, or which makes a root bus of its own.
 */
const sizes = new WeakMap<PciNode, number>();
/** Topologies that lack functions, as a segment is full: nothing is taken from them. */
const cutShort = new WeakSet<Topology>();

/** @param previous an earlier expansion: functions that did not change, and stand where they stood, are taken from it */
export function expand(machine: Machine, events: ExpansionEvents, previous?: Topology): Topology {
  /** Grows whenever something is met that a later expansion must not take over unseen. */
  let troubles = 0;
  const functions: PciFunction[] = [];
  const rootBuses: RootBus[] = [];
  const plans = new Map<PciNode | HostBridge, BusPlan>();
  const counts = new Map<number, number>();

  /** False, and reported once, when the segment is full. */
  function countIn(segment: number, node: PciNode): boolean {
    const count = counts.get(segment) ?? 0;
    if (count === MAX_FUNCTIONS_PER_SEGMENT) {
      counts.set(segment, count + 1);
      events.onLimit(segment, node);
    }
    if (count >= MAX_FUNCTIONS_PER_SEGMENT) troubles++;
    if (count >= MAX_FUNCTIONS_PER_SEGMENT) return false;
    counts.set(segment, count + 1);
    return true;
  }

  /** All elements of `nodes` on a bus. They are laid out alike below each element of `layout`, so that is planned once. */
  function addChildren(nodes: readonly PciNode[], bus: Bus, layout: PciNode | HostBridge): void {
    if (nodes.length === 0) return;
    let plan = bus.rootBus === NOWHERE ? undefined : plans.get(layout);
    if (plan === undefined && bus.rootBus !== NOWHERE) {
      plan = planBus(nodes, nodes.map(countOf), busShape(machine, layout));
      plans.set(layout, plan);
      troubles += plan.conflicts.length;
      for (const conflict of plan.conflicts) events.onConflict(conflict, bus.owner, bus.indexes);
    }
    nodes.forEach((node, i) => {
      const places = plan?.places[i];
      const count = countOf(node);
      for (let element = 0; element < count; element++) {
        if (!countIn(bus.segment, node)) return;
        addElement(node, element, places?.[element] ?? NO_PLACE, bus);
      }
    });
    bus.children.sort((a, b) => devfnAt(a) - devfnAt(b));
  }

  function devfnAt(index: FunctionIndex): number {
    const fn = functions[index];
    return fn === undefined ? NO_PLACE : devfnOf(fn);
  }

  function addElement(node: PciNode, ownElement: number, devfn: number, bus: Bus): void {
    const placed = devfn !== NO_PLACE;
    const element = bus.element * countOf(node) + ownElement;
    const indexes = node.count === undefined ? bus.indexes : `${bus.indexes}[${ownElement}]`;
    const name = nameOf(node, indexes, placed ? devfn : undefined, bus.owner);
    const presentAtBoot = placed && bus.presentAtBoot && !node.hotplug;
    const isSingle = placed && indexes === '';
    if (isSingle && takeOver(node, name, devfn, presentAtBoot, bus)) return;
    const troublesBefore = troubles;
    const children: FunctionIndex[] = [];
    const vfs: FunctionIndex[] = [];
    const fn: PciFunction = {
      index: functions.length,
      node,
      element,
      name,
      parent: placed ? bus.parent : undefined,
      rootBus: placed ? bus.rootBus : NOWHERE,
      device: placed ? devfn >> 3 : 0,
      function: placed ? devfn & 7 : 0,
      children,
      vfs,
      vf: undefined,
      presentAtBoot,
    };
    functions.push(fn);
    if (placed) bus.children.push(fn.index);
    if (node.sriov) addVfs(fn, vfs, indexes, bus);

    const behind: Bus = {
      parent: fn.index,
      rootBus: fn.rootBus,
      element,
      indexes,
      presentAtBoot,
      segment: bus.segment,
      owner: name,
      children,
    };
    if (node.kind === 'expander' && placed) {
      troubles++;
      addExpander(fn, behind);
    } else addChildren(node.children, behind, node);
    if (isSingle && troubles === troublesBefore) sizes.set(node, functions.length - fn.index);
    else sizes.delete(node);
  }

  /** Adds what the earlier expansion has at this point, when that is the same declaration at the same place. */
  function takeOver(node: PciNode, name: string, devfn: number, presentAtBoot: boolean, bus: Bus): boolean {
    const first = functions.length;
    const before = previous?.functions[first];
    const size = sizes.get(node);
    if (previous === undefined || cutShort.has(previous) || before?.node !== node || size === undefined) return false;
    const isAlike =
      before.name === name &&
      before.parent === bus.parent &&
      before.rootBus === bus.rootBus &&
      devfnOf(before) === devfn &&
      before.presentAtBoot === presentAtBoot;
    // One of them is counted by whoever asks.
    const count = (counts.get(bus.segment) ?? 0) + size - 1;
    if (!isAlike || count > MAX_FUNCTIONS_PER_SEGMENT) return false;
    counts.set(bus.segment, count);
    for (let index = first; index < first + size; index++) {
      const fn = previous.functions[index];
      if (fn !== undefined) functions.push(fn);
    }
    bus.children.push(first);
    return true;
  }

  function addVfs(physical: PciFunction, vfs: FunctionIndex[], indexes: string, bus: Bus): void {
    const { sriov } = physical.node;
    if (sriov === undefined) return;
    const works = physical.rootBus !== NOWHERE && vfFailure(sriov) === undefined;
    for (const node of sriov.vfs) {
      const count = countOf(node);
      for (let ownElement = 0; ownElement < count; ownElement++) {
        if (!countIn(bus.segment, node)) return;
        const number = vfs.length;
        const devfn = devfnOf(physical) + vfOffsetOf(sriov, number);
        const ownIndexes = node.count === undefined ? indexes : `${indexes}[${ownElement}]`;
        const index = functions.length;
        functions.push({
          index,
          node,
          element: physical.element * count + ownElement,
          name: node.name === undefined ? `vf ${number} of ${physical.name}` : node.name + ownIndexes,
          parent: physical.parent,
          rootBus: works ? physical.rootBus : NOWHERE,
          device: (devfn & 0xff) >> 3,
          function: devfn & 7,
          children: [],
          vfs: [],
          vf: { physical: physical.index, number, busOffset: devfn >> 8 },
          presentAtBoot: works && physical.presentAtBoot && !node.hotplug,
        });
        vfs.push(index);
      }
    }
  }

  function addRootBus(hostBridge: HostBridge, expander: PciFunction | undefined, children: FunctionIndex[]): number {
    const bus = expander === undefined ? (hostBridge.busRange?.first ?? 0) : (expander.node.bridge?.bus ?? 0);
    // The last bus follows from the numbers of the others: setLastBuses.
    rootBuses.push({ hostBridge, expander: expander?.index, bus, lastBus: bus, children });
    return rootBuses.length - 1;
  }

  /** A pxb-pcie's root bus takes its children; a pxb's has one conventional bridge, whose secondary bus takes them. */
  function addExpander(expander: PciFunction, behind: Bus): void {
    const hostBridge = rootBuses[expander.rootBus]?.hostBridge;
    if (hostBridge === undefined) return;
    const children: FunctionIndex[] = [];
    const root: Bus = {
      ...behind,
      parent: undefined,
      rootBus: addRootBus(hostBridge, expander, children),
      children,
    };
    const inside = internalBridgeOf(expander.node);
    addChildren(inside ? [inside] : expander.node.children, root, expander.node);
  }

  for (const hostBridge of machine.hostBridges) {
    const children: FunctionIndex[] = [];
    const root: Bus = {
      parent: undefined,
      rootBus: addRootBus(hostBridge, undefined, children),
      element: 0,
      indexes: '',
      presentAtBoot: true,
      segment: hostBridge.segment,
      owner: hostBridgeName(hostBridge),
      children,
    };
    addChildren(hostBridge.children, root, hostBridge);
  }
  for (const node of machine.unplaced) {
    const nowhere: Bus = {
      parent: undefined,
      rootBus: NOWHERE,
      element: 0,
      indexes: '',
      presentAtBoot: false,
      segment: NOWHERE,
      owner: '',
      children: [],
    };
    addChildren([node], nowhere, node);
  }
  const tree = { machine, functions, rootBuses: withLastBuses(rootBuses) };
  const topology = withElements(tree, shapeOf(tree, previous));
  for (const count of counts.values()) if (count > MAX_FUNCTIONS_PER_SEGMENT) cutShort.add(topology);
  return topology;
}

const countOf = (node: PciNode): number => node.count ?? 1;

/** Which functions a declaration has become is told when somebody asks: between two keys of a person most often nobody does. */
function withElements(tree: Omit<Topology, 'byNode' | 'shape'>, shape: TreeShape): Topology {
  let made: Map<PciNode, FunctionIndex[]> | undefined;
  return {
    ...tree,
    shape,
    get byNode() {
      made ??= elementsOf(tree.functions);
      return made;
    },
  };
}

function elementsOf(functions: readonly PciFunction[]): Map<PciNode, FunctionIndex[]> {
  const byNode = new Map<PciNode, FunctionIndex[]>();
  for (const { node, index } of functions) {
    const elements = byNode.get(node);
    if (elements) elements.push(index);
    else byNode.set(node, [index]);
  }
  return byNode;
}

function busShape(machine: Machine, layout: PciNode | HostBridge): Parameters<typeof planBus>[2] {
  const node = 'kind' in layout ? layout : undefined;
  if (node === undefined) {
    return { firstDevice: 1, oneDevice: false, reserved: hostBridgeTakesSlotZero(machine) ? [0] : [] };
  }
  return { firstDevice: firstDeviceBelow(node), oneDevice: takesOneDevice(node), reserved: [] };
}

function nameOf(node: PciNode, indexes: string, devfn: number | undefined, owner: string): string {
  if (node.name !== undefined) return node.name + indexes;
  const what = devfn === undefined ? node.kind : `${node.kind} ${addressText(devfn)}`;
  return owner === '' ? what : `${what} below ${owner}`;
}

/** A root bus's numbers end at its window, and before the next root bus of the segment; of two with one number the second has none. */
function withLastBuses(rootBuses: readonly RootBus[]): readonly RootBus[] {
  const numbers = new Map<number, number[]>();
  const doubles = new Set<RootBus>();
  for (const root of rootBuses) {
    const { segment } = root.hostBridge;
    const inSegment = numbers.get(segment) ?? [];
    if (inSegment.includes(root.bus)) doubles.add(root);
    else numbers.set(segment, [...inSegment, root.bus]);
  }
  for (const inSegment of numbers.values()) inSegment.sort((a, b) => a - b);
  return rootBuses.map((root) => {
    const next = numbers.get(root.hostBridge.segment)?.find((bus) => bus > root.bus) ?? Number.POSITIVE_INFINITY;
    const lastBus = doubles.has(root) ? root.bus - 1 : Math.min(lastBusOfWindow(root.hostBridge), next - 1);
    return { ...root, lastBus };
  });
}
