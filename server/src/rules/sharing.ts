/** Which functions signal as which DeviceID: the groups that share an interrupt translation table. */
import type { Its } from '../model/machine.ts';
import { bootOrder } from '../pci/boot-order.ts';
import type { Enumeration } from '../pci/enumeration.ts';
import { type MsiTarget, msiTargetOf } from '../pci/msi-map.ts';
import { type RequesterIds, requesterIdsOf } from '../pci/requester.ts';
import type { TreeShape } from '../pci/shape.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import type { RuleContext } from './context.ts';
import type { Related } from './rule.ts';

/** A function that can send messages, and under which numbers. */
export interface Sharer {
  readonly fn: FunctionIndex;
  readonly path: RequesterIds;
  readonly target: MsiTarget;
}

/** The functions of one DeviceID of one ITS (or controller), in the order in which they are served at boot. */
export interface DeviceIdGroup {
  readonly controller: MsiTarget['controller'];
  readonly its: Its | undefined;
  readonly deviceId: number;
  readonly sharers: readonly Sharer[];
  /** The bridge through whose alias they come together; undefined: by msi-map, or alone. */
  readonly bridge: FunctionIndex | undefined;
}

/** By shape: it settles who sends messages, and as whom. */
const groupsOf = new WeakMap<TreeShape, readonly DeviceIdGroup[]>();

/** The groups after boot. Functions without MSI and MSI-X are in none. */
export function deviceIdGroups(context: RuleContext): readonly DeviceIdGroup[] {
  const known = groupsOf.get(context.topology.shape);
  if (known) return known;
  const groups = group(context.topology, enumerationAfterBoot(context));
  groupsOf.set(context.topology.shape, groups);
  return groups;
}

const sharedOf = new WeakMap<TreeShape, readonly DeviceIdGroup[]>();

/** The groups that come together below a bridge, or have more than one function. */
export function sharedDeviceIds(context: RuleContext): readonly DeviceIdGroup[] {
  const known = sharedOf.get(context.topology.shape);
  if (known) return known;
  const shared = deviceIdGroups(context).filter(({ bridge, sharers }) => bridge !== undefined || sharers.length > 1);
  sharedOf.set(context.topology.shape, shared);
  return shared;
}

/** What the operating system has found once the machine is up. */
export function enumerationAfterBoot({ boot }: RuleContext): Enumeration {
  const last = boot.steps.at(-1);
  if (last === undefined) throw new Error('a run has at least its boot');
  return last.state.enumeration;
}

function group(topology: Topology, enumeration: Enumeration): readonly DeviceIdGroup[] {
  const groups = new Map<MsiTarget['controller'] | Its, Map<number, Sharer[]>>();
  const { ports, endpoints } = bootOrder(topology, enumeration);
  for (const fn of [...ports, ...endpoints]) {
    const sharer = sharerOf(topology, enumeration, fn);
    if (sharer === undefined) continue;
    const { its, controller, deviceId } = sharer.target;
    const key = its ?? controller;
    const byId = groups.get(key) ?? new Map<number, Sharer[]>();
    groups.set(key, byId);
    const sharers = byId.get(deviceId);
    if (sharers) sharers.push(sharer);
    else byId.set(deviceId, [sharer]);
  }
  return [...groups.values()].flatMap((byId) => [...byId.values()].map(asGroup));
}

/** Undefined for a function that was not found, sends no messages, or whose messages nothing takes; and where there are no DeviceIDs. */
export function sharerOf(topology: Topology, enumeration: Enumeration, fn: FunctionIndex): Sharer | undefined {
  const { node, rootBus } = at(topology, fn);
  const hostBridge = topology.rootBuses[rootBus]?.hostBridge;
  if (!hostBridge || (node.capabilities.msi === 0 && node.capabilities.msix === 0)) return undefined;
  const path = requesterIdsOf(topology, enumeration, fn);
  if (path === undefined) return undefined;
  const target = msiTargetOf(topology.machine, hostBridge, path.aliasedRequesterId);
  if (!target.ok || hasNoDeviceIds(target.value.controller)) return undefined;
  return { fn, path, target: target.value };
}

/** Only ITSs name requesters: elsewhere there are no tables that functions with one number would share. */
const hasNoDeviceIds = (controller: MsiTarget['controller']): boolean => !('itses' in controller);

function asGroup(sharers: readonly Sharer[]): DeviceIdGroup {
  const [first] = sharers;
  if (first === undefined) throw new Error('a group has at least one sharer');
  const { controller, its, deviceId } = first.target;
  const bridge = sharers.find(({ path }) => path.aliasBridge !== undefined)?.path.aliasBridge;
  return { controller, its, deviceId, sharers, bridge };
}

/** The function at an index; every index of a topology has one. */
export function at(topology: Topology, fn: FunctionIndex): PciFunction {
  const found = topology.functions[fn];
  if (found === undefined) throw new Error(`no function ${fn}`);
  return found;
}

/** Names shown in full before "and n more". */
const NAMES_SHOWN = 4;

/** "nic0, nic1, nic2, nic3 and 27 more". */
export function listOf(names: readonly string[]): string {
  if (names.length <= NAMES_SHOWN + 1) return names.join(', ');
  return `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`;
}

/** Related places shown for one finding; an editor's list of 31 siblings hides what matters. */
const RELATED_SHOWN = 16;

/** The declarations of functions, once each, in their order. */
export function relatedTo(
  topology: Topology,
  functions: readonly FunctionIndex[],
  say: (fn: PciFunction) => string,
): readonly Related[] {
  const seen = new Set<unknown>();
  const related: Related[] = [];
  for (const fn of functions) {
    const found = at(topology, fn);
    if (seen.has(found.node)) continue;
    seen.add(found.node);
    related.push({ at: { decl: found.node.decl, part: 'header' }, message: say(found) });
    if (related.length === RELATED_SHOWN) break;
  }
  return related;
}

/** A requester ID or DeviceID as the field writes it: 0x0200. */
export const hex = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`;
