/** Functions that come and go: hot-plug, hot-unplug, removal and rescan through sysfs. */
import type { Errno } from '../base/result.ts';
import { removalOrder } from '../pci/boot-order.ts';
import { addSubtree, busOf, removeSubtree, type Scan, rescan as scanAgain } from '../pci/enumeration.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { unplugFromController } from './apply.ts';
import { unbindDriver } from './free.ts';
import { noted, type StepLog } from './log.ts';
import { bindBridge, isBridge } from './ports.ts';
import { probe } from './probe.ts';
import { resolveRequester } from './requester.ts';
import { idle, isFound, isPresent, type MachineState, presentIn } from './state.ts';

/** Functions that a plug brought, in the order in which they are bound. */
export interface Found {
  readonly state: MachineState;
  readonly found: readonly FunctionIndex[];
}

/** The function, and what is declared below it without a `hotplug` of its own, is put in and found; nothing is bound yet. */
export function insert(state: MachineState, fn: FunctionIndex, log: StepLog): Found {
  let { presence } = state;
  for (const present of arrivingWith(state.topology, fn)) presence = presence.set(present, true);
  const inserted = { ...state, presence };
  const scan = addSubtree(inserted.enumeration, inserted.topology, fn, presentIn(inserted));
  return afterScan(inserted, scan, log);
}

/** Hot-plug: {@link insert}, then each function found is bound: ports and bridges to their drivers, endpoints probed. */
export function plug(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  return bindAll(insert(state, fn, log), log);
}

/** Hot-unplug: {@link remove}, and the functions are no longer there to be found again; unless the VMM aborts over it. */
export function unplug(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const requester = resolveRequester(state, fn);
  const forgotten = remove(state, fn, log);
  const removed = requester.ok ? unplugFromController(forgotten, requester.value) : forgotten;
  if (removed.aborted !== undefined) return removed;
  let { presence } = removed;
  for (const below of subtree(removed.topology, fn)) {
    if (isPresent(removed, below)) presence = presence.set(below, false);
  }
  return { ...removed, presence };
}

/**
 * The sysfs `remove`: drivers unbound from the last function back to the first, all forgotten. Physically all stay, but for
 * VFs, which their physical function has to enable again.
 */
export function remove(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  let current = state;
  for (const gone of removalOrder(state.topology, state.enumeration, fn)) {
    current = noted(log, unbindDriver(current, gone));
    if (current.functions.has(gone)) current = { ...current, functions: current.functions.set(gone, idle) };
  }
  let { presence } = current;
  for (const below of subtree(current.topology, fn)) {
    if (current.topology.functions[below]?.vf !== undefined) presence = presence.set(below, false);
  }
  return { ...current, presence, enumeration: removeSubtree(current.enumeration, current.topology, fn) };
}

/** The sysfs `rescan`: what is present and not found is found again; nothing is bound yet. */
export function rediscover(state: MachineState, log: StepLog): Found {
  return afterScan(state, scanAgain(state.enumeration, state.topology, presentIn(state)), log);
}

/** The sysfs `rescan` with the drivers that then bind. */
export function rescan(state: MachineState, log: StepLog): MachineState {
  return bindAll(rediscover(state, log), log);
}

/**
 * Enables VFs `0..count-1` of a physical function (pci_enable_sriov); nothing is bound yet. EINVAL: some are enabled already, or
 * it has not so many; ENOMEM: one would be on a bus out of range, and then none is enabled.
 */
export function enableVfs(
  state: MachineState,
  physical: FunctionIndex,
  count: number,
  log: StepLog,
): Found & { readonly errno: Errno | undefined } {
  const vfs = state.topology.functions[physical]?.vfs ?? [];
  if (count > vfs.length || vfs.some((vf) => isFound(state, vf))) return { state, found: [], errno: 'EINVAL' };
  let current = state;
  const found: FunctionIndex[] = [];
  for (const vf of vfs.slice(0, count)) {
    const inserted = insert(current, vf, log);
    if (inserted.found.length === 0) return { state, found: [], errno: 'ENOMEM' };
    current = inserted.state;
    found.push(...inserted.found);
  }
  return { state: current, found, errno: undefined };
}

/** Removes a physical function's VFs, the first one first (sriov_disable, drivers/pci/iov.c: sriov_del_vfs). */
export function disableVfs(state: MachineState, physical: FunctionIndex, log: StepLog): MachineState {
  let current = state;
  for (const vf of state.topology.functions[physical]?.vfs ?? []) {
    if (isFound(current, vf)) current = unplug(current, vf, log);
  }
  return current;
}

/** Binds what was found: bridges to their drivers, endpoints probed, bus by bus. */
function bindAll({ state, found }: Found, log: StepLog): MachineState {
  let current = state;
  for (const fn of found) {
    const node = current.topology.functions[fn]?.node;
    if (node === undefined) continue;
    current = isBridge(node) ? bindBridge(current, fn, log) : probe(current, fn, log);
  }
  return current;
}

function afterScan(state: MachineState, scan: Scan, log: StepLog): Found {
  if (!scan.ok) {
    const { rule, message, functions } = scan.problem;
    const fn = functions[0];
    log.refused.push(fn === undefined ? { rule, message } : { rule, message, fn });
  }
  const found = { ...state, enumeration: scan.enumeration };
  return { state: found, found: busByBus(found, scan.found) };
}

/** pci_bus_add_devices binds all of a bus before what is on the next; the scan goes depth first. */
function busByBus(state: MachineState, found: readonly FunctionIndex[]): readonly FunctionIndex[] {
  if (found.length < 2) return found;
  const place = (fn: FunctionIndex): number => {
    const at = state.topology.functions[fn];
    return (busOf(state.enumeration, fn) ?? 0) * 256 + (at?.device ?? 0) * 8 + (at?.function ?? 0);
  };
  return [...found].sort((a, b) => place(a) - place(b));
}

/** The function and what stands below it, its VFs included. */
function subtree(topology: Topology, fn: FunctionIndex): FunctionIndex[] {
  const all: FunctionIndex[] = [fn];
  for (const at of all) {
    const of = topology.functions[at];
    if (of !== undefined) all.push(...of.vfs, ...of.children);
  }
  return all;
}

/** The function and those below that come with it: not the ones that are hot-plugged by themselves. */
function arrivingWith(topology: Topology, fn: FunctionIndex): FunctionIndex[] {
  const all: FunctionIndex[] = [fn];
  for (const at of all) {
    const of = topology.functions[at];
    for (const below of of === undefined ? [] : [...of.vfs, ...of.children]) {
      if (topology.functions[below]?.node.hotplug === false) all.push(below);
    }
  }
  return all;
}
