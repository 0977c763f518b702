/** What is wrong with maps from requester IDs to DeviceIDs. */
import type { HostBridge, Machine, MsiMapEntry, MsiRouting } from '../model/machine.ts';
import { hex, requesterIdText } from './bus.ts';
import type { Enumeration } from './enumeration.ts';
import type { PciProblem } from './problem.ts';
import { requesterIdsOf } from './requester.ts';
import type { FunctionIndex, Topology } from './topology.ts';

/** Of a requester ID 16 bits count. */
const REQUESTER_ID_MASK = 0xffff;

/** Problems of all maps: of their entries, and of functions found that no entry matches. */
export function msiMapProblems(topology: Topology, enumeration: Enumeration): readonly PciProblem[] {
  const problems: PciProblem[] = [];
  const { machine } = topology;
  for (const hostBridge of machine.hostBridges) {
    const { msi } = hostBridge;
    if (msi.by !== 'map') continue;
    problems.push(...maskProblems(machine, hostBridge, msi), ...overlaps(machine, msi.entries));
  }
  problems.push(...misses(topology, enumeration));
  return problems;
}

type MsiMap = Extract<MsiRouting, { by: 'map' }>;

function* maskProblems(machine: Machine, hostBridge: HostBridge, map: MsiMap): Iterable<PciProblem> {
  if (machine.firmware === 'acpi') {
    if ((map.mask & REQUESTER_ID_MASK) === REQUESTER_ID_MASK) return;
    yield {
      rule: 'msi-map-mask-conflict',
      node: hostBridge,
      part: { property: 'msi-map-mask' },
      message: `msi-map-mask ${hex(map.mask)} has no effect: ACPI's IORT knows no mask`,
      related: [],
      functions: [],
      facts: { mask: map.mask },
    };
    return;
  }
  for (const entry of map.entries) {
    if ((entry.requesterIdFirst & ~map.mask & REQUESTER_ID_MASK) === 0) continue;
    yield {
      rule: 'msi-map-mask-conflict',
      node: entry,
      part: { property: 'requester-ids' },
      message: `rid-base ${hex(entry.requesterIdFirst)} has bits outside msi-map-mask ${hex(map.mask)}: Linux rejects the map when it comes to this entry (-EFAULT)`,
      related: [{ node: hostBridge, part: { property: 'msi-map-mask' }, message: `The mask is ${hex(map.mask)}` }],
      functions: [],
      facts: { first: entry.requesterIdFirst, mask: map.mask, masked: entry.requesterIdFirst & map.mask },
    };
  }
}

/** Each entry against those before it. Two that share only the ID where they meet are, with ACPI, a count one too high. */
function* overlaps(machine: Machine, entries: readonly MsiMapEntry[]): Iterable<PciProblem> {
  for (const [j, later] of entries.entries()) {
    const i = entries.findIndex(
      (earlier, k) =>
        k < j && earlier.requesterIdFirst <= later.requesterIdLast && later.requesterIdFirst <= earlier.requesterIdLast,
    );
    const earlier = entries[i];
    if (i < 0 || earlier === undefined) continue;
    const from = Math.max(earlier.requesterIdFirst, later.requesterIdFirst);
    const to = Math.min(earlier.requesterIdLast, later.requesterIdLast);
    const base = {
      node: later,
      part: { property: 'requester-ids' },
      related: [
        {
          node: earlier,
          part: { property: 'requester-ids' },
          message: `Entry ${i + 1} has ${hex(earlier.requesterIdFirst)}..${hex(earlier.requesterIdLast)}`,
        },
      ],
      functions: [],
      facts: { first: i + 1, second: j + 1, from, to },
    } as const;
    const meet = from === to && (from === earlier.requesterIdLast || from === later.requesterIdLast);
    yield machine.firmware === 'acpi' && meet
      ? {
          ...base,
          rule: 'iort-off-by-one',
          message: `IORT id_count is count−1: ID ${hex(from)} claimed by two mappings, entries ${i + 1} and ${j + 1}`,
        }
      : {
          ...base,
          rule: 'msi-map-overlap',
          message: `${from === to ? `RID ${hex(from)}` : `RIDs ${hex(from)}..${hex(to)}`} covered by entries ${i + 1}, ${j + 1}; first wins`,
        };
  }
}

/** Functions with MSI whose requester ID no entry has; one problem a declaration. */
function* misses(topology: Topology, enumeration: Enumeration): Iterable<PciProblem> {
  const { machine } = topology;
  if (!machine.hostBridges.some(({ msi }) => msi.by === 'map')) return;
  for (const [node, elements] of topology.byNode) {
    if (node.capabilities.msi + node.capabilities.msix === 0) continue;
    const missed = elements.find((fn) => isMissed(topology, enumeration, fn));
    const fn = missed === undefined ? undefined : topology.functions[missed];
    const path = missed === undefined ? undefined : requesterIdsOf(topology, enumeration, missed);
    if (fn === undefined || path === undefined) continue;
    const id = path.aliasedRequesterId;
    yield {
      rule: 'devid-msi-map-miss',
      node,
      part: 'header',
      message: `RID ${hex(id)} (${requesterIdText(id)}) of ${fn.name} matches no msi-map entry; DeviceID ${hex(id)}`,
      related: [],
      functions: [fn.index],
      facts: { name: fn.name, requesterId: id },
    };
  }
}

function isMissed(topology: Topology, enumeration: Enumeration, index: FunctionIndex): boolean {
  const root = topology.rootBuses[topology.functions[index]?.rootBus ?? -1];
  const msi = root?.hostBridge.msi;
  if (msi?.by !== 'map') return false;
  const path = requesterIdsOf(topology, enumeration, index);
  if (path === undefined) return false;
  const mask = topology.machine.firmware === 'acpi' ? REQUESTER_ID_MASK : msi.mask;
  const masked = path.aliasedRequesterId & mask;
  return !msi.entries.some((entry) => masked >= entry.requesterIdFirst && masked <= entry.requesterIdLast);
}
