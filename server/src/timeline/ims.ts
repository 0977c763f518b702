/**
 * Interrupt message storage: entries that a device keeps where it likes, allocated one by one beside MSI-X (pci_create_ims_domain,
 * pci_ims_alloc_irq, drivers/pci/msi/api.c; merged for 6.2, reverted for 6.10). The functions' second interrupt domain: its vectors
 * and handlers are kept as those of MSI-X are, in a table of their own.
 */
import { IntMap } from '../base/int-map.ts';
import type { IntTable } from '../base/int-table.ts';
import { gaps, type Intervals, noIntervals, remove, size } from '../base/intervals.ts';
import type { Failure } from '../base/result.ts';
import type { VectorRun } from '../controllers/controller.ts';
import { bothEffects } from '../controllers/effect.ts';
import type { Machine, Version } from '../model/machine.ts';
import { compareVersions } from '../model/versions.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { Allocation } from './allocate.ts';
import { applyController, controllerSupports } from './apply.ts';
import { allocateEntries } from './dynamic.ts';
import { type Change, freeVectors } from './free.ts';
import { allocatedVectors, cut, type Handled, releaseHandlers, releaseIrqs, requestIrqs } from './request-irq.ts';
import { resolveRequester } from './requester.ts';
import { changeFunction, type FunctionState, functionState, idle, type MachineState } from './state.ts';

/** Message storage in use. */
export interface ImsTables {
  /** Of each function its entries, as vectors of their own. */
  readonly functions: IntTable<FunctionState>;
  /** The PASID of each entry that is bound to one, by function. */
  readonly pasids: IntMap<IntMap<number>>;
}

export const FIRST_IMS: Version = { major: 6, minor: 2 };
/** Seven reverts took it out for 6.10; it had no user. */
export const LAST_IMS: Version = { major: 6, minor: 9 };

/** Most entries of a domain whose device sets no bound (MSI_MAX_INDEX, include/linux/msi.h). */
const mostEntries = 65536;

/** What is missing for message storage. */
export type NoIms = 'storage' | 'kernel' | 'controller';

/** Whether a kernel knows message storage. */
export const hasIms = (os: Version): boolean =>
  compareVersions(os, FIRST_IMS) >= 0 && compareVersions(os, LAST_IMS) <= 0;

/** The first thing that a function lacks for entries of its own; undefined: nothing. */
export function imsObstacle(state: MachineState, fn: FunctionIndex): NoIms | undefined {
  if (imsEntries(state, fn) === 0) return 'storage';
  if (!hasIms(state.topology.machine.os)) return 'kernel';
  const requester = resolveRequester(state, fn);
  const supports = requester.ok && controllerSupports(state, requester.value.controller).ims === true;
  return supports ? undefined : 'controller';
}

/** Whether a controller of the machine, as declared, takes message storage: only x86 that remaps interrupts. */
export const remapsInterrupts = ({ controllers }: Pick<Machine, 'controllers'>): boolean =>
  controllers.some((controller) => controller.type === 'x86-apic' && controller.remapping !== 'none');

/** Entries that a function's storage has. */
export function imsEntries({ topology }: MachineState, fn: FunctionIndex): number {
  const ims = topology.functions[fn]?.node.capabilities.ims ?? 0;
  return ims === 'unlimited' ? mostEntries : ims;
}

/** The entries in use, as a function state of their own; {@link idle} where there are none. */
export const imsState = ({ ims }: MachineState, fn: FunctionIndex): FunctionState => ims?.functions.get(fn) ?? idle;

/** The entries that are allocated. */
export const imsAllocated = (state: MachineState, fn: FunctionIndex): Intervals =>
  state.ims === undefined ? noIntervals : allocatedVectors(imsState(state, fn));

/** The PASID an entry is bound to. */
export const pasidOf = ({ ims }: MachineState, fn: FunctionIndex, entry: number): number | undefined =>
  ims?.pasids.get(fn)?.get(entry);

/** The PASIDs of a function's entries. */
export const pasidsOf = ({ ims }: MachineState, fn: FunctionIndex): IntMap<number> | undefined => ims?.pasids.get(fn);

/**
 * pci_ims_alloc_irq, `count` times, at the lowest free entries or from `index` on. ENOTSUPP: there is no storage domain; EBUSY: the
 * entry is taken, or none is free; ERANGE: it is past the storage; ENOSPC: the controller has no more. Those before it stay.
 */
export function allocateIms(
  state: MachineState,
  fn: FunctionIndex,
  index: number | 'any',
  count: number,
): Handled & { readonly granted: number } {
  const refused = (errno: Failure) => ({ state, effects: [], errno, granted: 0 });
  const requester = resolveRequester(state, fn);
  if (imsObstacle(state, fn) !== undefined || !requester.ok) return refused('ENOTSUPP');
  const taken = imsAllocated(state, fn);
  const entries = imsEntries(state, fn);
  const wanted = index === 'any' ? lowest(gaps(taken, 0, entries - 1), count) : spanned(taken, index, count, entries);
  let current = changeFunction(imsView(state), fn, { mode: 'msix', requester: requester.value });
  let effects: Change['effects'] = [];
  let granted = 0;
  for (const { first, last } of wanted) {
    const before = size(allocatedVectors(functionState(current, fn)));
    const added = allocateEntries(current, fn, first, last);
    current = added.state;
    effects = bothEffects(effects, added.effects);
    granted += size(allocatedVectors(functionState(current, fn))) - before;
    if (added.errno !== undefined) return { state: backFrom(current, state), effects, errno: added.errno, granted };
  }
  if (granted === 0) return refused(index !== 'any' && index >= entries ? 'ERANGE' : 'EBUSY');
  const isPast = index !== 'any' && index + granted >= entries;
  const errno = granted === count ? undefined : isPast ? 'ERANGE' : 'EBUSY';
  return { state: backFrom(current, state), effects, errno, granted };
}

/** A driver's request for `min`..`max` entries at once: all that are to be had, or none. */
export function requestIms(state: MachineState, fn: FunctionIndex, min: number, max: number): Allocation {
  const requester = resolveRequester(state, fn);
  const base = { whys: [], requester: requester.ok ? requester.value : undefined };
  const { state: after, effects, errno, granted } = allocateIms(state, fn, 'any', max);
  if (granted >= min && granted > 0) {
    const { vectors } = imsState(after, fn);
    return { ...base, state: after, effects, granted, mode: 'ims', errno: undefined, vectors };
  }
  const freed = freeAllIms(after, fn);
  const failure = errno ?? 'ENOSPC';
  return { ...base, ...freed, granted: 0, mode: 'none', errno: failure, vectors: [] };
}

/** request_irq on the entries `first`..`last`. EINVAL: one is not allocated; ENOSPC: no CPU has room; those before it have theirs. */
export function requestImsIrqs(state: MachineState, fn: FunctionIndex, first: number, last: number): Handled {
  const handled = requestIrqs(imsView(state), fn, first, last);
  return { ...handled, state: backFrom(handled.state, state) };
}

/** pci_ims_free_irq on one entry, with its handler and its PASID. EINVAL: it is not allocated. */
export function freeIms(state: MachineState, fn: FunctionIndex, index: number): Handled {
  const released = releaseIrqs(imsView(state), fn, index, index);
  const own = functionState(released.state, fn);
  const at = own.vectors.findIndex((run) => index >= run.index && index < run.index + run.count);
  const run = own.vectors[at];
  const { requester } = own;
  if (run === undefined || requester === undefined) return { state, effects: [], errno: 'EINVAL' };
  const freed = applyController(released.state, requester.controller, (implementation, controller) =>
    implementation.free(controller, requester, [cut(run, index, index)]),
  );
  const rest: VectorRun[] = [];
  if (index > run.index) rest.push(cut(run, run.index, index - 1));
  const last = run.index + run.count - 1;
  if (index < last) rest.push(cut(run, index + 1, last));
  const vectors = own.vectors.toSpliced(at, 1, ...rest);
  const view = changeFunction({ ...freed.state, irqNumbersUsed: freed.state.irqNumbersUsed - 1 }, fn, {
    vectors,
    handlers: remove(own.handlers, index, index),
  });
  const effects = bothEffects(released.effects, freed.effects);
  return { state: withPasid(backFrom(view, state), fn, index, undefined), effects, errno: undefined };
}

/** The storage domain goes, as the driver does: handlers and entries first. */
export function freeAllIms(state: MachineState, fn: FunctionIndex): Change {
  const { ims } = state;
  if (ims === undefined || !ims.functions.has(fn)) return { state, effects: [] };
  const released = releaseHandlers(imsView(state), fn);
  const freed = freeVectors(released.state, fn);
  const functions = freed.state.functions.delete(fn);
  const tables = { functions, pasids: ims.pasids.delete(fn) };
  const effects = bothEffects(released.effects, freed.effects);
  return { state: { ...freed.state, functions: state.functions, ims: tables }, effects };
}

/** Binds an entry to a PASID, or, with undefined, frees it from the one it has. */
export function withPasid(
  state: MachineState,
  fn: FunctionIndex,
  entry: number,
  pasid: number | undefined,
): MachineState {
  const { ims } = state;
  if (ims === undefined) return state;
  const own = ims.pasids.get(fn) ?? IntMap.empty<number>();
  const bound = pasid === undefined ? own.delete(entry) : own.set(entry, pasid);
  return bound === own ? state : { ...state, ims: { ...ims, pasids: ims.pasids.set(fn, bound) } };
}

/** The machine with the storage in place of MSI-X, so that what holds for handlers and vectors holds for it as well. */
const imsView = (state: MachineState): MachineState => ({
  ...state,
  functions: state.ims?.functions ?? IntMap.empty(),
});

const backFrom = (view: MachineState, { functions, ims }: MachineState): MachineState => ({
  ...view,
  functions,
  ims: { functions: view.functions, pasids: ims?.pasids ?? IntMap.empty() },
});

/** The lowest `count` numbers of a set, or as many as it has. */
function lowest(set: Intervals, count: number): Intervals {
  let left = count;
  return set.flatMap(({ first, last }) => {
    const end = Math.min(last, first + left - 1);
    left -= Math.max(0, end - first + 1);
    return end < first ? [] : [{ first, last: end }];
  });
}

/** The entries from `index` on, up to one that is taken or past the storage. */
function spanned(taken: Intervals, index: number, count: number, entries: number): Intervals {
  const last = Math.min(index + count, entries) - 1;
  const [free] = gaps(taken, index, last);
  return free?.first === index ? [free] : noIntervals;
}
