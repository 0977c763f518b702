/** Bus numbers, as Linux's scan assigns them (drivers/pci/probe.c, drivers/pci/iov.c). With ACPI firmware has done the same before, depth first, and Linux keeps it. */
import { type Draft, IntMap } from '../base/int-map.ts';
import { devfnOf } from './bus.ts';
import { noHotplugBus } from './hotplug-bus.ts';
import type { PciProblem } from './problem.ts';
import { isBridge, type ScanContext, type ScannedBus, scanBridge, scanBus, scanSlots } from './scan.ts';
import { type FunctionIndex, NOWHERE, type PciFunction, type Topology } from './topology.ts';

/** Whether a function is physically there. A function whose bridge is absent is never asked for. */
export type Present = (fn: FunctionIndex) => boolean;

export interface BusRange {
  /** 1..255; past the end of the window the numbers go on, as Linux's do. */
  readonly secondary: number;
  readonly subordinate: number;
  /** False when no configuration cycle comes through, so that nothing behind can be found. */
  readonly reachable: boolean;
}

/** What the operating system has found. Immutable; after a plug nearly all of it is shared with the one before. */
export interface Enumeration {
  /** Bus number of each function found. A function without one is absent, or there and never seen. */
  readonly buses: IntMap<number>;
  /** Of each bridge found that got a number. */
  readonly ranges: IntMap<BusRange>;
}

/** `found`: the new functions, in order of the scan; VFs last. Not ok: a bridge got no bus number; the rest was found all the same. */
export type Scan =
  | { readonly ok: true; readonly enumeration: Enumeration; readonly found: readonly FunctionIndex[] }
  | {
      readonly ok: false;
      readonly enumeration: Enumeration;
      readonly found: readonly FunctionIndex[];
      readonly problem: PciProblem;
    };

/** Bus the function was found on; undefined when it was not. */
export const busOf = (enumeration: Enumeration, fn: FunctionIndex): number | undefined => enumeration.buses.get(fn);

/** bus << 8 | device << 3 | function, 16 bits; undefined when the function was not found. */
export function requesterIdOf(topology: Topology, enumeration: Enumeration, fn: FunctionIndex): number | undefined {
  const bus = enumeration.buses.get(fn);
  const at = topology.functions[fn];
  return bus === undefined || at === undefined ? undefined : (bus << 8) | devfnOf(at);
}

/** Last bus of the range that the bus of `fn` is the first of: what VFs and hot-added bridges on it may use. */
export function lastBusOn(
  topology: Topology,
  enumeration: { readonly ranges: Pick<Draft<BusRange>, 'get'> },
  fn: PciFunction,
): number {
  const end = topology.rootBuses[fn.rootBus]?.lastBus ?? -1;
  if (fn.parent === undefined) return end;
  // A range cannot be widened past that of the root bus (pci_bus_update_busn_res_end, drivers/pci/probe.c).
  return Math.min(enumeration.ranges.get(fn.parent)?.subordinate ?? -1, end);
}

/** The scan at boot. VFs are found where all of their physical function's fit in its bus range (sriov_enable). */
export function enumerateAtBoot(topology: Topology, present: Present): Enumeration {
  return change({ buses: IntMap.empty(), ranges: IntMap.empty() }, (draft) => {
    const found: FunctionIndex[] = [];
    for (const root of topology.rootBuses) {
      if (root.lastBus < root.bus) continue;
      const context = { ...draft, topology, present, found, inUse: new Set([root.bus]), end: root.lastBus };
      scanBus(context, { number: root.bus, self: undefined, children: root.children }, 0);
    }
    findVfs(topology, draft, present, found);
  });
}

/**
 * `fn` was plugged, with what is below it: `present` says so already. Its slot is scanned and each new bridge gets the
 * first free number of the range of the bus it is on (pci_hp_add_bridge). A function other than 0 is found when function
 * 0 comes. For a VF: it was enabled.
 */
export function addSubtree(enumeration: Enumeration, topology: Topology, fn: FunctionIndex, present: Present): Scan {
  const added = topology.functions[fn];
  const bus = added && busWith(topology, enumeration, added);
  if (added === undefined || bus === undefined) return { ok: true, enumeration, found: [] };
  return scanMore(enumeration, topology, present, (draft, scan) => {
    if (added.vf !== undefined) {
      findVfsOf(topology, draft, present, added.vf.physical, scan.found);
      return;
    }
    const leader = leaderOf(topology, draft.buses, bus, added);
    if (leader !== undefined && leader !== added) return;
    const ari = bus.self?.node.bridge?.ari === true;
    const slot = bus.children.filter((other) => ari || topology.functions[other]?.device === added.device);
    scan.hotAdd(bus, slot, 'spread');
    findVfs(topology, draft, present, scan.found);
  });
}

/** `fn`, its VFs and all that is below are gone. No other number changes. */
export function removeSubtree(enumeration: Enumeration, topology: Topology, fn: FunctionIndex): Enumeration {
  return change(enumeration, ({ buses, ranges }) => {
    const remove = (index: FunctionIndex) => {
      if (!buses.has(index)) return;
      buses.delete(index);
      ranges.delete(index);
      const gone = topology.functions[index];
      gone?.vfs.forEach(remove);
      gone?.children.forEach(remove);
    };
    remove(fn);
  });
}

/** The sysfs rescan of all buses: whatever is `present` and not found is looked for again. */
export function rescan(enumeration: Enumeration, topology: Topology, present: Present): Scan {
  return scanMore(enumeration, topology, present, (draft, scan) => {
    const scanAgain = (bus: ScannedBus) => {
      const before = new Set(bus.children.filter((child) => draft.buses.has(child)));
      scan.hotAdd(bus, bus.children, 'keep');
      for (const child of bus.children) {
        const bridge = topology.functions[child];
        const range = before.has(child) ? draft.ranges.get(child) : undefined;
        if (bridge && range?.reachable) {
          scanAgain({ number: range.secondary, self: bridge, children: bridge.children });
        }
      }
    };
    for (const root of topology.rootBuses) {
      if (root.lastBus >= root.bus) scanAgain({ number: root.bus, self: undefined, children: root.children });
    }
    findVfs(topology, draft, present, scan.found);
  });
}

interface EnumerationDraft {
  readonly buses: Draft<number>;
  readonly ranges: Draft<BusRange>;
}

function change(enumeration: Enumeration, write: (draft: EnumerationDraft) => void): Enumeration {
  let { ranges } = enumeration;
  const buses = enumeration.buses.edit((busDraft) => {
    ranges = ranges.edit((rangeDraft) => write({ buses: busDraft, ranges: rangeDraft }));
  });
  return { buses, ranges };
}

interface LaterScan {
  readonly found: FunctionIndex[];
  /**
   * Finds what is new among `candidates` on an existing bus, and numbers the bridges among that. `spareBuses`: those
   * left in its range go to hot-plug bridges below (pci_hp_add_bridge), or stay where they are (pci_rescan_bus).
   */
  readonly hotAdd: (bus: ScannedBus, candidates: readonly FunctionIndex[], spareBuses: 'spread' | 'keep') => void;
}

/** A scan after boot. */
function scanMore(
  enumeration: Enumeration,
  topology: Topology,
  present: Present,
  run: (draft: EnumerationDraft, scan: LaterScan) => void,
): Scan {
  const found: FunctionIndex[] = [];
  let problem: PciProblem | undefined;
  const after = change(enumeration, (draft) => {
    const hotAdd: LaterScan['hotAdd'] = (bus, candidates, spareBuses) => {
      const end = bus.self ? (draft.ranges.get(bus.self.index)?.subordinate ?? -1) : rootEnd(topology, candidates);
      const inUse = new Set([bus.number]);
      const context: ScanContext = { ...draft, topology, present, found, inUse, end };
      const fresh = scanSlots(context, bus, candidates).filter(isBridge);
      if (fresh.length === 0) return;
      collectNumbers(topology, draft, bus.children, inUse);
      for (const bridge of fresh) {
        const number = freeNumber(bridge, bus.number, end, inUse);
        const available = spareBuses === 'spread' && number !== undefined ? end - number + 1 : 0;
        if (number !== undefined) scanBridge(context, bridge, number, available);
        problem ??= noHotplugBus(topology, draft.ranges, bridge, { first: bus.number, last: end });
      }
    };
    run(draft, { found, hotAdd });
  });
  return problem === undefined
    ? { ok: true, enumeration: after, found }
    : { ok: false, enumeration: after, found, problem };
}

function rootEnd(topology: Topology, candidates: readonly FunctionIndex[]): number {
  const first = candidates[0];
  const fn = first === undefined ? undefined : topology.functions[first];
  return topology.rootBuses[fn?.rootBus ?? NOWHERE]?.lastBus ?? -1;
}

/** The bus that `fn` stands on; undefined when nothing on it can be found. */
function busWith(topology: Topology, enumeration: Enumeration, fn: PciFunction): ScannedBus | undefined {
  if (fn.parent === undefined) {
    const root = topology.rootBuses[fn.rootBus];
    if (root === undefined || root.lastBus < root.bus) return undefined;
    return { number: root.bus, self: undefined, children: root.children };
  }
  const range = enumeration.ranges.get(fn.parent);
  const self = topology.functions[fn.parent];
  if (!range?.reachable || self === undefined) return undefined;
  return { number: range.secondary, self, children: self.children };
}

/** Function 0 of the slot that `fn` is in, when it was found already. */
function leaderOf(topology: Topology, buses: Draft<number>, bus: ScannedBus, fn: PciFunction): PciFunction | undefined {
  const ari = bus.self?.node.bridge?.ari === true;
  for (const index of bus.children) {
    const other = topology.functions[index];
    if (other === undefined || !buses.has(index)) continue;
    if (ari ? devfnOf(other) === 0 : other.device === fn.device && other.function === 0) return other;
  }
  return undefined;
}

/** Adds the numbers of all buses below `children`. */
function collectNumbers(
  topology: Topology,
  draft: EnumerationDraft,
  children: readonly FunctionIndex[],
  numbers: Set<number>,
): void {
  for (const child of children) {
    if (!draft.buses.has(child)) continue;
    const fn = topology.functions[child];
    const range = draft.ranges.get(child);
    if (range?.reachable) numbers.add(range.secondary);
    for (const vf of fn?.vfs ?? []) {
      const bus = draft.buses.get(vf);
      if (bus !== undefined) numbers.add(bus);
    }
    if (fn && range?.reachable) collectNumbers(topology, draft, fn.children, numbers);
  }
}

/** The bridge's own fixed number where it is free, else the first free one of the range. */
function freeNumber(bridge: PciFunction, first: number, last: number, inUse: ReadonlySet<number>): number | undefined {
  const fixed = bridge.node.bridge?.bus;
  if (fixed !== undefined && fixed > first && fixed <= last && !inUse.has(fixed)) return fixed;
  for (let number = first; number <= last; number++) {
    if (!inUse.has(number)) return number;
  }
  return undefined;
}

function findVfs(topology: Topology, draft: EnumerationDraft, present: Present, found: FunctionIndex[]): void {
  for (const physical of [...found]) findVfsOf(topology, draft, present, physical, found);
}

/** sriov_enable: the bus of the last VF must be in the range of the physical function's, or there are none (ENOMEM). */
function findVfsOf(
  topology: Topology,
  draft: EnumerationDraft,
  present: Present,
  physical: FunctionIndex,
  found: FunctionIndex[],
): void {
  const fn = topology.functions[physical];
  const bus = draft.buses.get(physical);
  if (fn === undefined || bus === undefined || fn.vfs.length === 0) return;
  const enabled = fn.vfs.filter((vf) => present(vf) && topology.functions[vf]?.rootBus !== NOWHERE);
  const last = topology.functions[enabled.at(-1) ?? NOWHERE]?.vf;
  if (last === undefined || bus + last.busOffset > lastBusOn(topology, draft, fn)) return;
  for (const vf of enabled) {
    if (draft.buses.has(vf)) continue;
    draft.buses.set(vf, bus + (topology.functions[vf]?.vf?.busOffset ?? 0));
    found.push(vf);
  }
}
