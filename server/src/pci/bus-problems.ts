/** What is wrong with bus numbers after a scan. */

import type { HostBridge, PciNode } from '../model/machine.ts';
import { ECAM_BYTES_PER_BUS, hex, hostBridgeName, lastBusOfWindow, MAX_BUS } from './bus.ts';
import type { Enumeration } from './enumeration.ts';
import { lastBusOn } from './enumeration.ts';
import type { PciProblem } from './problem.ts';
import { NOWHERE, type PciFunction, type RootBus, type Topology } from './topology.ts';

/** Problems of the numbers given at boot. `enumeration` is that of {@link ./enumeration.ts}'s enumerateAtBoot. */
export function busProblems(topology: Topology, enumeration: Enumeration): readonly PciProblem[] {
  const problems: PciProblem[] = [];
  for (const hostBridge of topology.machine.hostBridges) problems.push(...shrunkRange(hostBridge));
  problems.push(...overflows(topology, enumeration), ...lostVfs(topology, enumeration));
  problems.push(...wrongAddresses(topology, enumeration));
  return problems;
}

function* shrunkRange(hostBridge: HostBridge): Iterable<PciProblem> {
  const { busRange, ecamBytes } = hostBridge;
  const last = lastBusOfWindow(hostBridge);
  if (busRange === undefined || busRange.last <= last) return;
  yield {
    rule: 'ecam-bus-range-shrunk',
    node: hostBridge,
    part: { property: 'bus-range' },
    message: `bus-range ${busRange.first}-${busRange.last} shrinks to ${busRange.first}-${last}: the ECAM window of ${mib(ecamBytes)} MiB has no more buses`,
    related: [],
    functions: [],
    facts: { first: busRange.first, last: busRange.last, shrunkTo: last, ecamMiB: mib(ecamBytes) },
  };
}

/** For each root bus the first bridge whose number nothing reaches, and how far the numbers go. */
function* overflows(topology: Topology, enumeration: Enumeration): Iterable<PciProblem> {
  const firstPast = new Map<number, PciFunction>();
  const highest = new Map<number, number>();
  for (const [index, range] of enumeration.ranges) {
    const bridge = topology.functions[index];
    const end = topology.rootBuses[bridge?.rootBus ?? NOWHERE]?.lastBus;
    if (bridge === undefined || end === undefined || range.secondary <= end) continue;
    highest.set(bridge.rootBus, Math.max(highest.get(bridge.rootBus) ?? 0, range.secondary));
    const first = firstPast.get(bridge.rootBus);
    const firstNumber = first && enumeration.ranges.get(first.index)?.secondary;
    if (firstNumber === undefined || range.secondary < firstNumber) firstPast.set(bridge.rootBus, bridge);
  }
  for (const [rootIndex, bridge] of firstPast) {
    const root = topology.rootBuses[rootIndex];
    const needed = highest.get(rootIndex);
    if (root === undefined || needed === undefined) continue;
    yield overflow(topology, root, bridge, needed);
  }
  for (const root of topology.rootBuses) {
    const expander = root.expander === undefined ? undefined : topology.functions[root.expander];
    if (expander && root.bus > lastBusOfWindow(root.hostBridge)) yield overflow(topology, root, expander, root.bus);
  }
}

/** `bridge` is the first one past the end of its root bus's numbers; `needed` is the highest number given. */
function overflow(topology: Topology, root: RootBus, bridge: PciFunction, needed: number): PciProblem {
  const { hostBridge } = root;
  const lastOfWindow = lastBusOfWindow(hostBridge);
  const expander = root.expander === undefined ? undefined : topology.functions[root.expander];
  const owner = expander?.name ?? hostBridgeName(hostBridge);
  const base = { node: bridge.node, functions: [bridge.index] };
  if (root.lastBus < lastOfWindow && bridge.index !== root.expander) {
    const next = topology.rootBuses.find(
      (other) => other.hostBridge.segment === hostBridge.segment && other.bus === root.lastBus + 1,
    );
    const neighbour = next?.expander === undefined ? undefined : topology.functions[next.expander];
    const name = neighbour?.name ?? (next ? hostBridgeName(next.hostBridge) : 'the next root bus');
    return {
      ...base,
      rule: 'pxb-bus-range-overflow',
      part: 'header',
      message: `Buses ${root.bus}..${needed} of ${owner} overlap ${name} at ${root.lastBus + 1}; nothing behind ${bridge.name} is found`,
      related: neighbour
        ? [{ node: neighbour.node, part: { property: 'bus' }, message: `${name} begins at bus ${root.lastBus + 1}` }]
        : [],
      facts: { owner, next: name, first: root.bus, needed, overlap: root.lastBus + 1, raiseTo: needed + 1 },
    };
  }
  if (lastOfWindow === MAX_BUS || needed > MAX_BUS) {
    return {
      ...base,
      rule: 'bus-number-exceeds-255',
      part: 'header',
      message: `More than 256 buses in segment ${hostBridge.segment}: the numbers go up to ${needed}, nothing behind ${bridge.name} is found`,
      related: [],
      facts: { segment: hostBridge.segment, needed, name: bridge.name },
    };
  }
  const first = hostBridge.busRange?.first ?? 0;
  return {
    ...base,
    rule: 'ecam-bus-exhausted',
    part: 'header',
    message: `Topology needs bus ${needed}; ECAM ${mib(hostBridge.ecamBytes)} MiB has buses ${first}..${lastOfWindow}, nothing behind ${bridge.name} is found`,
    related: [{ node: hostBridge, part: { property: 'ecam' }, message: `The window ends at bus ${lastOfWindow}` }],
    facts: {
      needed,
      first,
      last: lastOfWindow,
      ecamMiB: mib(hostBridge.ecamBytes),
      neededMiB: needed - first + 1,
      name: bridge.name,
    },
  };
}

/** VFs whose bus is past the range of their physical function's bus: sriov_enable gives ENOMEM, and there are none. */
function* lostVfs(topology: Topology, enumeration: Enumeration): Iterable<PciProblem> {
  const reported = new Set<PciNode>();
  for (const fn of topology.functions) {
    const bus = enumeration.buses.get(fn.index);
    const lastVf = topology.functions[fn.vfs.at(-1) ?? NOWHERE];
    if (bus === undefined || lastVf?.vf === undefined || lastVf.rootBus === NOWHERE || reported.has(fn.node)) continue;
    const end = lastBusOn(topology, enumeration, fn);
    const reach = bus + lastVf.vf.busOffset;
    if (reach <= end) continue;
    reported.add(fn.node);
    const fitting = fn.vfs.filter((vf) => bus + (topology.functions[vf]?.vf?.busOffset ?? 0) <= end).length;
    const parent = fn.parent === undefined ? undefined : topology.functions[fn.parent];
    yield {
      rule: 'sriov-bus-out-of-range',
      node: fn.node,
      part: 'header',
      message: `${fn.vfs.length} VFs of ${fn.name} reach bus ${hex(reach, 2)}, range ends at ${hex(end, 2)}; none is enabled (-ENOMEM), ${fitting} would fit`,
      related: parent
        ? [{ node: parent.node, part: 'header', message: `${parent.name} has buses up to ${hex(end, 2)}` }]
        : [],
      functions: [fn.index],
      facts: { name: fn.name, numVfs: fn.vfs.length, reach, end, fitting },
    };
  }
}

/** A bus or segment written in `at`, or as a bridge's own `bus`, that is not what the numbering gives. */
function* wrongAddresses(topology: Topology, enumeration: Enumeration): Iterable<PciProblem> {
  const reported = new Set<PciNode>();
  for (const fn of topology.functions) {
    const { node } = fn;
    if (node.at?.bus === undefined && node.at?.segment === undefined && node.bridge?.bus === undefined) continue;
    const bus = enumeration.buses.get(fn.index);
    const root = topology.rootBuses[fn.rootBus];
    if (bus === undefined || root === undefined || reported.has(node)) continue;
    const { segment } = root.hostBridge;
    const parent = fn.parent === undefined ? undefined : topology.functions[fn.parent];
    const related: PciProblem['related'] = parent
      ? [{ node: parent.node, part: 'header', message: `${parent.name} has bus ${hex(bus, 2)} behind it` }]
      : [];
    const base = { rule: 'address-mismatch', node, related, functions: [fn.index] } as const;
    const written = node.at?.bus;
    const fixed = node.bridge?.bus;
    const given = enumeration.ranges.get(fn.index)?.secondary;
    if (written !== undefined && written !== bus) {
      reported.add(node);
      yield {
        ...base,
        part: 'at',
        message: `${fn.name} is on bus ${hex(bus, 2)}, not ${hex(written, 2)}`,
        facts: { name: fn.name, bus, written, segment },
      };
    } else if (node.at?.segment !== undefined && node.at.segment !== segment) {
      reported.add(node);
      yield {
        ...base,
        part: 'at',
        message: `${fn.name} is in segment ${hex(segment)}, not ${hex(node.at.segment)}`,
        facts: { name: fn.name, bus, segment, writtenSegment: node.at.segment },
      };
    } else if (fixed !== undefined && given !== undefined && fixed !== given) {
      reported.add(node);
      yield {
        ...base,
        part: { property: 'bus' },
        message: `${fn.name} has bus ${hex(given, 2)} behind it, not ${hex(fixed, 2)}: that number is ${fixed <= bus ? `not above its own bus ${hex(bus, 2)}` : 'in use'}`,
        facts: { name: fn.name, bus: given, written: fixed, segment },
      };
    }
  }
}

const mib = (bytes: number): number => bytes / ECAM_BYTES_PER_BUS;
