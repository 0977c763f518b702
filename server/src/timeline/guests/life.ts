/** VMs that start, stop and are killed, and what they do in between. */
import type { Failure } from '../../base/result.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { freeAllIms } from '../ims.ts';
import { disableLine, enableLine } from '../io-apic.ts';
import { noted, type StepLog } from '../log.ts';
import { changeFunction, functionState, isFound, isPresent, type MachineState } from '../state.ts';
import { type Assigned, type Guest, guestsOf, VFIO_DRIVER } from './assigned.ts';
import { flowOf } from './flow.ts';
import { type GuestOutcome, guestEnables } from './guest-irqs.ts';
import { useStorage } from './guest-storage.ts';
import { deafEntries, passedThrough, setPassed, setVm, vmState } from './state.ts';
import { disableIndex } from './vfio.ts';

/** What `boot` does last: the VMs with `autostart`, in file order. */
export function startGuests(state: MachineState, log: StepLog): MachineState {
  let current = state;
  for (const guest of guestsOf(state.topology)) {
    if (!guest.vm.autostart) continue;
    log.pause();
    current = startGuest(current, guest, log);
  }
  return current;
}

/**
 * Starts a VM: its driver enables the interrupts of each function and unmasks the entries that it uses. Refused when it runs already, or
 * when a function cannot be had: absent (ENODEV), without vfio-pci (EINVAL), or in use by another VM (EBUSY).
 */
export function startGuest(state: MachineState, guest: Guest, log: StepLog): MachineState {
  const { number, functions } = guest;
  const obstacle = obstacleTo(state, guest);
  if (obstacle !== undefined) {
    return refuseGuest(state, guest, 'vm-cannot-start', obstacle.message, obstacle.errno, log);
  }
  let current = setVm(state, number, { state: 'running', errno: 'none' });
  for (const assigned of functions) {
    current = startFunction(current, guest, assigned, log);
    if (vmState(current, number).state !== 'running') return current;
  }
  return current;
}

/** Stops a VM, running or killed: what the host held for it is free again. */
export function stopGuest(state: MachineState, guest: Guest, log: StepLog): MachineState {
  if (vmState(state, guest.number).state === 'off') {
    const rule = 'lifecycle-step-on-absent-device';
    return refuseGuest(state, guest, rule, `${guest.name} does not run`, 'ESRCH', log);
  }
  return setVm(takeFunctions(state, guest, log), guest.number, { state: 'off', errno: 'none' });
}

/** The guest's step on a function came to this: noted of both; the guest is killed for a failure, if that is its VMM's way. */
export function settle({ state, failure }: GuestOutcome, guest: Guest, fn: FunctionIndex, log: StepLog): MachineState {
  const { number: vm } = guest;
  if (failure === undefined) return state;
  const { entry, errno } = failure;
  if (guest.vm.onError === 'kill') {
    log.guestEvents.push({ is: 'killed', vm, fn, entry, errno });
    const taken = takeFunctions(state, guest, log);
    return changeFunction(setVm(taken, vm, { state: 'killed', errno }), fn, { errno });
  }
  log.guestEvents.push({ is: 'lost', vm, fn, entries: deafEntries(state, fn), entry, errno });
  return changeFunction(setVm(state, vm, { state: 'running', errno }), fn, { errno });
}

/** A function is taken from its guest, as its driver on the host goes. */
export function takeFunction(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const disabled = noted(log, freeAllIms(noted(log, disableIndex(state, fn)), fn));
  return setPassed(noted(log, disableLine(disabled, fn)), fn, undefined);
}

function startFunction(before: MachineState, guest: Guest, { assignment, fn }: Assigned, log: StepLog): MachineState {
  const { flow } = flowOf(before, guest.vm, assignment, fn);
  const enabled = noted(log, enableLine(changeFunction(before, fn, { errno: 'none' }), fn));
  const state = setPassed(enabled, fn, {
    vm: guest.number,
    flow,
    mode: 'none',
    unmasked: [],
    used: [],
    counter: 0,
    tearDowns: 0,
    liveTearDowns: 0,
    gapLosses: 0,
  });
  const started = settle(guestEnables(state, fn, assignment.entries, log), guest, fn, log);
  return passedThrough(started, fn) === undefined ? started : useStorage(started, guest, assignment, fn, log);
}

function takeFunctions(state: MachineState, guest: Guest, log: StepLog): MachineState {
  let current = state;
  for (const { fn } of guest.functions) {
    if (passedThrough(current, fn)?.vm !== guest.number) continue;
    current = changeFunction(takeFunction(current, fn, log), fn, { errno: 'none' });
  }
  return current;
}

function obstacleTo(
  state: MachineState,
  { number, name, functions }: Guest,
): { readonly message: string; readonly errno: Failure } | undefined {
  if (state.aborted !== undefined) return { message: `QEMU has aborted: ${state.aborted}`, errno: 'abort' };
  if (vmState(state, number).state === 'running') return { message: `${name} runs already`, errno: 'EBUSY' };
  for (const { fn } of functions) {
    const own = state.topology.functions[fn]?.name ?? 'the function';
    if (!isPresent(state, fn)) return { message: `${name} cannot start: ${own} is not present`, errno: 'ENODEV' };
    if (!isFound(state, fn)) {
      return { message: `${name} cannot start: the kernel has not found ${own}`, errno: 'ENODEV' };
    }
    const user = passedThrough(state, fn)?.vm;
    if (user !== undefined) {
      const by = guestsOf(state.topology)[user]?.name ?? 'another VM';
      return { message: `${name} cannot start: ${own} is in use by ${by}`, errno: 'EBUSY' };
    }
    if (functionState(state, fn).driver !== VFIO_DRIVER) {
      return { message: `${name} cannot start: ${own} is not bound to ${VFIO_DRIVER}`, errno: 'EINVAL' };
    }
  }
  return undefined;
}

function refuseGuest(
  state: MachineState,
  guest: Guest,
  rule: string,
  message: string,
  errno: Failure,
  log: StepLog,
): MachineState {
  log.refused.push({ rule, message, vm: guest.number });
  return setVm(state, guest.number, { ...vmState(state, guest.number), errno });
}
