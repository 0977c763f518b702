/** How many more root ports a machine can hold: what to plan for before it is built, as ports do not come later. */
import { deviceType } from '../../catalogue/index.ts';
import type { HostBridge, Machine, PciNode } from '../../model/machine.ts';
import { DEVICES_PER_BUS, FUNCTIONS_PER_DEVICE, firstDeviceBelow, isPort } from '../../pci/bus.ts';
import { enumerateAtBoot } from '../../pci/enumeration.ts';
import { placeMachine } from '../../pci/placement.ts';
import type { FunctionIndex, RootBus, Topology } from '../../pci/topology.ts';
import { bootMachine } from '../scenario.ts';
import { functionState, isFound, type MachineState } from '../state.ts';
import { shortfallOf } from './shortfall.ts';
import { type Stop, scarceOf, stopOf } from './stop.ts';

/** What one root bus can take. */
export interface RootPortCapacity {
  readonly hostBridge: HostBridge;
  /** The expander that makes the root bus; undefined: the host bridge's own. */
  readonly expander: PciNode | undefined;
  /** Ports that fit at eight in a slot, each with a bus and its service vector, and nobody else worse off. */
  readonly fit: number;
  /** Ports that are there. */
  readonly present: number;
  /** Of those that fit, how many have a slot for themselves while slots last. */
  readonly inOwnSlots: number;
  readonly stop: Stop;
  /** Number of the root bus. */
  readonly firstBus: number;
  /** Buses in use after boot, and with the ports, of those the window has. */
  readonly busesUsed: number;
  readonly busesThen: number;
  readonly busesTotal: number;
}

/** @param state the machine after boot */
export function* rootPortCapacities(state: MachineState): Generator<RootPortCapacity> {
  for (const [number, root] of state.topology.rootBuses.entries()) {
    const expander = root.expander === undefined ? undefined : state.topology.functions[root.expander]?.node;
    if (expander?.type !== 'pxb') yield capacityOf(state, root, number, expander);
  }
}

function capacityOf(
  state: MachineState,
  root: RootBus,
  number: number,
  expander: PciNode | undefined,
): RootPortCapacity {
  const { topology } = state;
  const pinned = pinnedOn(topology, root);
  const places = placesOn(topology, root, pinned);
  const port = portLike(topology, root.hostBridge);
  const known = new Map<number, Trial>();
  const attempt = (count: number): Trial => {
    const trial = known.get(count) ?? tryPorts(state, root, expander, pinned, port, places.all.slice(0, count));
    known.set(count, trial);
    return trial;
  };
  // Bus numbers are told by the scan alone; the boot, which costs more, need only confirm the most that they allow.
  const scanned = mostThat(places.all.length, (count) => attempt(count).numbered);
  const fit = mostThat(scanned, (count) => attempt(count).stop() === undefined);
  const next = fit < places.all.length ? attempt(fit + 1) : undefined;
  const busesTotal = Math.max(0, root.lastBus - root.bus + 1);
  return {
    hostBridge: root.hostBridge,
    expander,
    fit,
    present: root.children.filter((fn) => topology.functions[fn]?.node.kind === 'root-port').length,
    inOwnSlots: Math.min(fit, places.ownSlots),
    stop: next?.stop() ?? {
      resource: 'slots',
      text: `the root bus has no place left: ${DEVICES_PER_BUS} slots of eight`,
    },
    firstBus: root.bus,
    busesUsed: busesUsed(topology, state.enumeration, number, root),
    busesThen: busesUsed(attempt(fit).topology, attempt(fit).enumeration, number, root),
    busesTotal,
  };
}

/** The largest count up to `most` that passes, where the next one does not: upwards by doubling, then between. */
function mostThat(most: number, passes: (count: number) => boolean): number {
  if (passes(most)) return most;
  let low = 0;
  let high = 1;
  while (high < most && passes(high)) {
    low = high;
    high *= 2;
  }
  high = Math.min(high, most);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** A place for a port: device << 3 | function. */
interface Places {
  readonly all: readonly number[];
  /** The first so many are in slots of their own. */
  readonly ownSlots: number;
}

/** Function 0 of every free slot, then the other functions of those, then of slots that hold ports already. */
function placesOn(topology: Topology, root: RootBus, pinned: Pinned): Places {
  const taken = new Map<number, Set<number>>();
  const open = new Set<number>();
  for (const index of root.children) {
    const fn = topology.functions[index];
    if (fn === undefined) continue;
    const functions = taken.get(fn.device) ?? new Set<number>();
    functions.add(fn.function);
    taken.set(fn.device, functions);
    const stays = fn.node.at !== undefined || pinned.has(fn.node);
    const takesMore = fn.function === 0 && isPort(fn.node) && fn.node.multifunction !== false && !fn.node.hotplug;
    if (takesMore && stays) open.add(fn.device);
  }
  const devices = Array.from({ length: DEVICES_PER_BUS }, (_, device) => device);
  const free = devices.filter((device) => device >= firstDeviceBelow(undefined) && !taken.has(device));
  const others = [...free, ...devices.filter((device) => open.has(device))].flatMap((device) =>
    Array.from({ length: FUNCTIONS_PER_DEVICE - 1 }, (_, i) => i + 1)
      .filter((number) => taken.get(device)?.has(number) !== true)
      .map((number) => (device << 3) | number),
  );
  return { all: [...free.map((device) => device << 3), ...others], ownSlots: free.length };
}

/** Declarations without an address, with the one they have: a port beside them would move them elsewhere. */
type Pinned = ReadonlyMap<PciNode, PciNode>;

/** Those of a root bus whose elements stand one after the other, as they would from an address on. */
function pinnedOn({ functions, byNode }: Topology, { children }: RootBus): Pinned {
  const pinned = new Map<PciNode, PciNode>();
  for (const index of children) {
    const node = functions[index]?.node;
    if (node === undefined || node.at !== undefined || pinned.has(node)) continue;
    const places = (byNode.get(node) ?? []).map(
      (fn) => ((functions[fn]?.device ?? 0) << 3) | (functions[fn]?.function ?? 0),
    );
    const [first = 0] = places;
    const step = node.spread === 'functions' ? 1 : FUNCTIONS_PER_DEVICE;
    if (!places.every((place, i) => place === first + i * step)) continue;
    pinned.set(node, { ...node, at: { device: first >> 3, function: first & 7 } });
  }
  return pinned;
}

/** A machine with so many more ports. */
interface Trial {
  readonly topology: Topology;
  readonly enumeration: MachineState['enumeration'];
  /** Every port, and all that was found without them, is found, with a bus behind it. */
  readonly numbered: boolean;
  /** Why they do not fit; undefined: they do. Boots the machine. */
  readonly stop: () => Stop | undefined;
}

function tryPorts(
  booted: MachineState,
  root: RootBus,
  expander: PciNode | undefined,
  pinned: Pinned,
  port: PciNode,
  places: readonly number[],
): Trial {
  const ports = places.map(
    (devfn): PciNode => ({
      ...port,
      at: { device: devfn >> 3, function: devfn & 7 },
    }),
  );
  const machine = withPorts(booted.topology.machine, root.hostBridge, expander, pinned, ports);
  const { topology } = placeMachine(machine);
  const enumeration = enumerateAtBoot(topology, (fn) => topology.functions[fn]?.presentAtBoot ?? false);
  const added = ports.flatMap((node) => topology.byNode.get(node) ?? []);
  const short = unnumbered(booted, pinned, topology, enumeration, added);
  const stop = (): Stop | undefined => {
    if (short !== undefined) return { resource: 'buses', text: short };
    const [log] = bootMachine(topology).steps;
    if (log === undefined) return undefined;
    const after = log.state;
    const found = shortfallOf(after, log, added);
    if (found !== undefined && added.includes(found.fn)) {
      return stopOf({ before: after, after, log, short: found }, found);
    }
    return worseOff(booted, pinned, after);
  };
  return { topology, enumeration, numbered: short === undefined, stop };
}

/** What has no bus number although it had one without the new ports, or is a new port. */
function unnumbered(
  booted: MachineState,
  pinned: Pinned,
  topology: Topology,
  { buses, ranges }: MachineState['enumeration'],
  added: readonly FunctionIndex[],
): string | undefined {
  const last = topology.rootBuses[topology.functions[added[0] ?? -1]?.rootBus ?? -1]?.lastBus ?? 0;
  for (const fn of added) {
    if (!buses.has(fn) || ranges.get(fn)?.reachable !== true) return `bus numbers end at ${last}`;
  }
  for (const [node, elements] of booted.topology.byNode) {
    // That of the root bus itself is another object, with the ports below it.
    if (node.kind === 'expander') continue;
    const now = topology.byNode.get(pinned.get(node) ?? node) ?? [];
    for (const [i, fn] of elements.entries()) {
      const twin = now[i];
      const isLost = isFound(booted, fn) && (twin === undefined || !buses.has(twin));
      const range = booted.enumeration.ranges.get(fn);
      const isCut = range?.reachable === true && twin !== undefined && ranges.get(twin)?.reachable !== true;
      if (isLost || isCut) return `bus numbers end at ${last}: ${booted.topology.functions[fn]?.name} gets none`;
    }
  }
  return undefined;
}

/** A function that holds fewer vectors, or fails, because of the new ports. */
function worseOff(before: MachineState, pinned: Pinned, after: MachineState): Stop | undefined {
  for (const [node, elements] of before.topology.byNode) {
    for (const [i, fn] of elements.entries()) {
      const twin = after.topology.byNode.get(pinned.get(node) ?? node)?.[i];
      if (twin === undefined) continue;
      const [had, has] = [functionState(before, fn), functionState(after, twin)];
      const isWorse = has.mode !== had.mode || (had.errno === 'none' && has.errno !== 'none');
      if (isWorse) {
        return { ...scarceOf(before), text: `${before.topology.functions[fn]?.name} would lose its vectors` };
      }
    }
  }
  return undefined;
}

function withPorts(
  machine: Machine,
  hostBridge: HostBridge,
  expander: PciNode | undefined,
  pinned: Pinned,
  ports: readonly PciNode[],
): Machine {
  const withMore = (children: readonly PciNode[]) => [...children.map((node) => pinned.get(node) ?? node), ...ports];
  const hostBridges = machine.hostBridges.map((other) => {
    if (other !== hostBridge) return other;
    if (expander === undefined) return { ...other, children: withMore(other.children) };
    const children = other.children.map((node) =>
      node === expander ? { ...node, children: withMore(node.children) } : node,
    );
    return { ...other, children };
  });
  return { ...machine, hostBridges };
}

/** Buses that the root bus and what is below it have. */
function busesUsed(
  { functions }: Topology,
  { ranges }: MachineState['enumeration'],
  rootBus: number,
  root: RootBus,
): number {
  let last = root.bus;
  for (const [fn, { secondary, subordinate, reachable }] of ranges.entries()) {
    if (reachable && functions[fn]?.rootBus === rootBus) last = Math.max(last, secondary, subordinate);
  }
  return Math.min(last, root.lastBus) - root.bus + 1;
}

/** An empty port like those the machine has; QEMU's own where it has none. */
function portLike({ functions }: Topology, hostBridge: HostBridge): PciNode {
  const known = functions.find(({ node }) => node.kind === 'root-port' && node.bridge?.hotplug === 'native')?.node;
  const type = deviceType('pcie-root-port');
  const bridge = {
    bus: undefined,
    busesReserved: 0,
    hotplug: 'native',
    alias: 'none',
    ari: false,
    msiBus: true,
    pmeMessage: 0,
    aerMessage: 0,
    dpcMessage: 0,
    serviceVectors: 1,
    chassis: undefined,
    slot: undefined,
  } as const;
  return {
    decl: known?.decl ?? hostBridge.decl,
    kind: 'root-port',
    name: undefined,
    count: undefined,
    type: known?.type ?? type?.name,
    hotplug: false,
    at: undefined,
    spread: 'slots',
    multifunction: undefined,
    capabilities: known?.capabilities ?? { msi: 0, msiMaskable: false, msi64bit: true, msix: 1, intx: true, ims: 0 },
    interface: 'pcie',
    driver: 'auto',
    plan: [],
    dmaAliases: [],
    pciId: type?.pciId,
    bridge: known?.bridge
      ? { ...known.bridge, bus: undefined, busesReserved: 0, chassis: undefined, slot: undefined }
      : bridge,
    sriov: undefined,
    expectations: [],
    children: [],
  };
}
