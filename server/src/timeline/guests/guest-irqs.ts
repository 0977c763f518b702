/**
 * What a guest does to the interrupts of its functions, and what QEMU makes of it on the host (hw/vfio/pci.c, 10.0: vfio_msix_enable,
 * vfio_msix_vector_do_use, vfio_msix_vector_release, vfio_msi_enable). The guest is told of no failure.
 */
import { add, interval, noIntervals, remove, size, within } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { Failure } from '../../base/result.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { noted, type StepLog } from '../log.ts';
import type { Handled } from '../request-irq.ts';
import { changeFunction, functionState, type MachineState } from '../state.ts';
import { changePassed, deafEntries, passedThrough, setPassed } from './state.ts';
import { disableIndex, enableIndex, setEntries } from './vfio.ts';

/** A state, and at which entry the host failed for the first time. */
export interface GuestOutcome {
  readonly state: MachineState;
  readonly failure: { readonly entry: number; readonly errno: Failure } | undefined;
}

/** What the guest's driver enables: MSI-X, else MSI, else the line; and for how many entries, those of `entries` if given. */
export function guestEnables(
  state: MachineState,
  fn: FunctionIndex,
  entries: number | undefined,
  log: StepLog,
): GuestOutcome {
  const { msix = 0, msi = 0, intx = false } = state.topology.functions[fn]?.node.capabilities ?? {};
  if (msix > 0) {
    return guestUnmasks(enableMsix(state, fn, msix, log), fn, 0, Math.min(entries ?? msix, msix) - 1, false, log);
  }
  if (msi > 0) return enableMsi(state, fn, Math.min(roundUpToPowerOfTwo(entries ?? msi), msi), log);
  return intx && entries !== 0 ? enableLineOf(state, fn, log) : succeeded(state);
}

/**
 * The guest unmasks entries `first`..`last`, one after the other.
 * @param untilFailure the guest is killed at the first failure, so that nothing comes after it
 */
export function guestUnmasks(
  state: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  untilFailure: boolean,
  log: StepLog,
): GuestOutcome {
  const own = passedThrough(state, fn);
  if (own === undefined || last < first) return succeeded(state);
  // The mask bits of MSI are the device's own: nothing changes on the host.
  if (own.mode !== 'msix') return succeeded(changePassed(state, fn, { unmasked: add(own.unmasked, first, last) }));
  if (own.flow !== 'grow') return setEach(state, fn, first, last, own.flow === 'dynamic', log);
  const inPlace = setEach(state, fn, first, Math.min(last, own.counter - 1), false, log);
  if (inPlace.failure !== undefined && untilFailure) return inPlace;
  const grown = grow(inPlace.state, fn, Math.max(first, own.counter), last, untilFailure, log);
  return { state: grown.state, failure: inPlace.failure ?? grown.failure };
}

/**
 * The guest masks entries: QEMU moves their handlers to an eventfd of its own, which frees and requests each once more
 * (vfio_msix_vector_release). Nothing is given back.
 */
export function guestMasks(
  state: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  log: StepLog,
): MachineState {
  const own = passedThrough(state, fn);
  if (own === undefined) return state;
  let current = state;
  for (const part of own.mode === 'msix' ? within(functionState(state, fn).handlers, first, last) : []) {
    current = noted(log, setEntries(current, fn, part.first, part.last, false));
  }
  return changePassed(current, fn, { unmasked: remove(own.unmasked, first, last) });
}

/** vfio_msix_enable: entry 0 without a handler, so that the device's MSI-X is on; all of the table where that is the flow. */
function enableMsix(state: MachineState, fn: FunctionIndex, table: number, log: StepLog): MachineState {
  const upFront = passedThrough(state, fn)?.flow === 'allocate-up-front';
  const enabled = enableIndex(state, fn, 'msix', upFront ? table : 1, noIntervals);
  const current = changePassed(noted(log, enabled), fn, { mode: 'msix' });
  return enabled.errno === undefined ? current : changeFunction(current, fn, { errno: enabled.errno });
}

/** vfio_msi_enable: all messages at once; when the host offers fewer, those. */
function enableMsi(before: MachineState, fn: FunctionIndex, messages: number, log: StepLog): GuestOutcome {
  if (messages === 0) return succeeded(before);
  const all = interval(0, messages - 1);
  const state = unmasked(changePassed(before, fn, { mode: 'msi' }), fn, 0, messages - 1);
  const enabled = enableIndex(state, fn, 'msi', messages, all);
  const current = noted(log, enabled);
  const { offered } = enabled;
  if (enabled.errno === undefined || offered === 0 || offered === messages) return outcome(current, enabled, 0);
  const fewer = enableIndex(current, fn, 'msi', offered, interval(0, offered - 1));
  const entry = fewer.errno === undefined ? offered : 0;
  return { state: noted(log, fewer), failure: { entry, errno: enabled.errno } };
}

/** vfio_intx_enable. */
function enableLineOf(before: MachineState, fn: FunctionIndex, log: StepLog): GuestOutcome {
  const state = unmasked(changePassed(before, fn, { mode: 'intx' }), fn, 0, 0);
  const enabled = enableIndex(state, fn, 'intx', 1, interval(0, 0));
  return outcome(noted(log, enabled), enabled, 0);
}

/**
 * SET_IRQS for each of the entries by itself. On an index that is off, because enabling it failed, the first one enables all up to
 * it.
 */
function setEach(
  state: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  dynamic: boolean,
  log: StepLog,
): GuestOutcome {
  if (last < first) return succeeded(state);
  if (functionState(state, fn).mode === 'none') {
    const enabled = enableIndex(state, fn, 'msix', first + 1, interval(first, first));
    const opened = noted(log, enabled);
    // The others need even more.
    if (enabled.errno !== undefined) return outcome(unmasked(opened, fn, first, last), enabled, first);
    return setEach(unmasked(opened, fn, first, first), fn, first + 1, last, dynamic, log);
  }
  const set = setEntries(state, fn, first, last, dynamic);
  const current = unmasked(noted(log, set), fn, first, last);
  return outcome(current, set, within(deafEntries(current, fn), first, last)[0]?.first ?? first);
}

/**
 * The flow of a host that cannot add entries: each of `first`..`last`, all beyond the counter, disables the whole index and enables it
 * for one entry more. What is live then is deaf until its handler is there again. Once the host fails, nothing is live any more, and
 * every further entry fails as well, for it needs more.
 *
 * Only the last of the entries that succeed is carried out: the ones before leave nothing behind.
 */
function grow(
  before: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  untilFailure: boolean,
  log: StepLog,
): GuestOutcome {
  const own = passedThrough(before, fn);
  if (own === undefined || first > last) return succeeded(before);
  const live = size(functionState(before, fn).handlers);
  const setUp = size(own.used);
  const disabled = noted(log, disableIndex(before, fn));
  const enableFor = (entry: number) => enableIndex(disabled, fn, 'msix', entry + 1, add(own.used, first, entry));
  const whole = enableFor(last);
  // The entry that would be one too many for the handlers, or for the interrupts, that were to be had.
  const guess = whole.offered > last ? first + whole.handled - setUp : whole.offered;
  const failing =
    whole.errno === undefined ? undefined : firstFailing(first, last, guess, (entry) => enableFor(entry).errno);
  const end = failing !== undefined && untilFailure ? failing : last;
  const enabled = end < last ? enableFor(end) : whole;
  // Up to the entry that fails, each tear-down but the first hits what the one before has set up.
  const lastLive = failing ?? last;
  const later = lastLive - first;
  const hit = live + later * setUp + (later * (later + 1)) / 2;
  const times = (live > 0 ? 1 : 0) + later;
  const state = changePassed(unmasked(noted(log, enabled), fn, first, end), fn, {
    counter: end + 1,
    tearDowns: own.tearDowns + end - first + 1,
    liveTearDowns: own.liveTearDowns + times,
    gapLosses: own.gapLosses + hit,
  });
  if (hit > 0) log.guestEvents.push({ is: 'torn-down', vm: own.vm, fn, first, last: lastLive, times, hit });
  return outcome(state, enabled, failing ?? first);
}

/** The lowest entry of `first`..`last` at which enabling fails, most often the guess; it fails at all above, and at `last`. */
function firstFailing(
  first: number,
  last: number,
  guess: number,
  tryAt: (entry: number) => Failure | undefined,
): number {
  let low = first;
  let high = last;
  let middle = Math.max(first, Math.min(guess, last - 1));
  while (low < high) {
    if (tryAt(middle) === undefined) low = middle + 1;
    else high = middle;
    // Where the guess fails, the entry before it has to be well.
    middle = high === guess ? high - 1 : (low + high) >> 1;
  }
  return high;
}

/** Entries are set up, and live as far as the guest knows. */
function unmasked(state: MachineState, fn: FunctionIndex, first: number, last: number): MachineState {
  const own = passedThrough(state, fn);
  if (own === undefined) return state;
  return setPassed(state, fn, {
    ...own,
    unmasked: add(own.unmasked, first, last),
    used: add(own.used, first, last),
    counter: Math.max(own.counter, last + 1),
  });
}

const succeeded = (state: MachineState): GuestOutcome => ({ state, failure: undefined });

const outcome = (state: MachineState, { errno }: Pick<Handled, 'errno'>, entry: number): GuestOutcome => ({
  state,
  failure: errno === undefined ? undefined : { entry, errno },
});
