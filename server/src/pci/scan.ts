/**
 * One scan of a bus and what is below: pci_scan_child_bus_extend and pci_scan_bridge_extend (drivers/pci/probe.c, 7.2;
 * the same in 6.1 and 6.12), on a draft of what has been found.
 */
import type { Draft } from '../base/int-map.ts';
import { devfnOf, takesOneDevice } from './bus.ts';
import type { BusRange, Present } from './enumeration.ts';
import { busesReservedFor } from './sriov.ts';
import type { FunctionIndex, PciFunction, Topology } from './topology.ts';

export interface ScanContext {
  readonly topology: Topology;
  readonly present: Present;
  readonly buses: Draft<number>;
  readonly ranges: Draft<BusRange>;
  /** New functions, in the order found. */
  readonly found: FunctionIndex[];
  /** Numbers of the buses that exist where the scan may come to (pci_find_bus). */
  readonly inUse: Set<number>;
  /** Last number that configuration cycles reach: of the root bus, or of the bus something is hot-added to. */
  readonly end: number;
}

/** A bus that is being scanned. */
export interface ScannedBus {
  readonly number: number;
  /** The bridge it is behind; undefined for a root bus. */
  readonly self: PciFunction | undefined;
  readonly children: readonly FunctionIndex[];
}

/**
 * Finds what is on a new bus and numbers what is below. `available`: buses that may be spread over hot-plug bridges.
 * Returns the highest bus number in use.
 */
export function scanBus(context: ScanContext, bus: ScannedBus, available: number): number {
  const onBus = scanSlots(context, bus, bus.children);
  let max = bus.number + reservedForVfs(onBus);
  let used = max - bus.number;

  const bridges = onBus.filter(isBridge);
  // First pass: bridges whose number is given keep it, and the others come after them.
  const numbered = new Set<PciFunction>();
  for (const bridge of bridges) {
    const before = max;
    const given = bridge.node.bridge?.bus;
    if (given !== undefined && isValidNumber(context, bus, given)) {
      numbered.add(bridge);
      max = Math.max(max, scanBridge(context, bridge, given, 0));
    }
    used += Math.max(1, max - before);
  }
  const hotplugBridges = bridges.filter(isHotplugBridge).length;
  for (const bridge of bridges) {
    if (numbered.has(bridge)) continue;
    const before = max;
    max = scanBridge(context, bridge, max + 1, shareOf(bridge, bridges.length, hotplugBridges, available, used));
    used += Math.max(0, max - before - 1);
  }
  return Math.max(max, Math.min(bus.number + busesKept(context.topology, bus.self, available), context.end));
}

/**
 * Numbers a bridge and scans what is behind. A number that cycles do not reach, or that exists already, is written to
 * the bridge all the same, and nothing is found behind it. Returns the bridge's subordinate number.
 */
export function scanBridge(context: ScanContext, bridge: PciFunction, secondary: number, available: number): number {
  const reachable = secondary <= context.end && !context.inUse.has(secondary);
  let subordinate = secondary;
  if (reachable) {
    context.inUse.add(secondary);
    const behind = { number: secondary, self: bridge, children: bridge.children };
    subordinate = scanBus(context, behind, Math.max(0, available - 1));
  }
  context.ranges.set(bridge.index, { secondary, subordinate, reachable });
  return subordinate;
}

/**
 * pci_scan_slot for every device among `candidates`, which stand on the bus in order of device.function: function 0
 * must answer before others are looked for, and say that there are others; with ARI function 0 leads to all of them.
 * Returns the functions that are new.
 */
export function scanSlots(
  context: ScanContext,
  bus: ScannedBus,
  candidates: readonly FunctionIndex[],
): readonly PciFunction[] {
  const { topology, present, buses, found } = context;
  const ari = bus.self?.node.bridge?.ari === true;
  const oneDevice = bus.self !== undefined && takesOneDevice(bus.self.node);
  const onBus: PciFunction[] = [];
  let leader: PciFunction | undefined;
  let last = -1;
  for (const index of candidates) {
    const fn = topology.functions[index];
    if (fn === undefined || !present(index)) continue;
    const devfn = devfnOf(fn);
    // Of alternatives with one address only one can be present.
    if (devfn === last) continue;
    last = devfn;
    if (ari ? devfn === 0 : fn.function === 0) leader = fn;
    const led = leader !== undefined && (ari || leader.device === fn.device);
    const visible = fn === leader || (led && leader?.node.multifunction !== false);
    if (!visible || (oneDevice && fn.device !== 0) || buses.has(index)) continue;
    buses.set(index, bus.number);
    found.push(index);
    onBus.push(fn);
  }
  return onBus;
}

/** Has a secondary bus. An expander has none: its root bus is scanned by itself. */
export const isBridge = (fn: PciFunction): boolean => fn.node.bridge !== undefined && fn.node.kind !== 'expander';

/** The slot capability says hot-plug (set_pcie_hotplug_bridge). */
const isHotplugBridge = (fn: PciFunction): boolean => fn.node.bridge?.hotplug === 'native';

/** A firmware's number is kept when it is above the bus's own (else "bridge configuration invalid"). */
const isValidNumber = (context: ScanContext, bus: ScannedBus, secondary: number): boolean =>
  secondary > bus.number && !context.inUse.has(secondary);

/** pci_iov_bus_range: buses above this one that VFs of its functions may need. */
function reservedForVfs(onBus: readonly PciFunction[]): number {
  let reserved = 0;
  for (const fn of onBus) {
    if (fn.node.sriov) reserved = Math.max(reserved, busesReservedFor(fn.node.sriov, devfnOf(fn)));
  }
  return reserved;
}

/** How the extra buses are spread: all to the only bridge when it is none for hot-plug, else evenly over those that are. */
function shareOf(
  bridge: PciFunction,
  bridges: number,
  hotplugBridges: number,
  available: number,
  used: number,
): number {
  if (hotplugBridges === 0 && bridges === 1) return available;
  if (!isHotplugBridge(bridge)) return 0;
  return Math.max(0, Math.min(Math.floor(available / hotplugBridges), available - used + 1));
}

/** Buses kept below a bridge for what may be hot-plugged: `pci=hpbussize=` and what is available, and its own `buses`. */
function busesKept(topology: Topology, self: PciFunction | undefined, available: number): number {
  if (self === undefined) return 0;
  const hotplug = isHotplugBridge(self) ? Math.max(available, topology.machine.kernelOptions.hotplugBusSize - 1) : 0;
  return Math.max(hotplug, self.node.bridge?.busesReserved ?? 0);
}
