/** `start`, `stop`: a VM. */
import type { StepOf, VmElements } from '../../model/machine.ts';
import { type Guest, guestNumber, guestsOf } from '../guests/assigned.ts';
import { startGuest, stopGuest } from '../guests/life.ts';
import { vmState } from '../guests/state.ts';
import type { StepLog } from '../log.ts';
import type { MachineState } from '../state.ts';

/** Starts each of the VMs, or stops it, in order. */
export function startOrStop(before: MachineState, { op, vms }: StepOf<'start' | 'stop'>, log: StepLog): MachineState {
  let state = before;
  for (const guest of guestsNamed(before, vms)) {
    log.pause();
    state = op === 'start' ? startGuest(state, guest, log) : stopGuest(state, guest, log);
  }
  return state;
}

/** The VMs that a step names. */
export function guestsNamed({ topology }: MachineState, { vm, numbers }: VmElements): readonly Guest[] {
  const all = guestsOf(topology);
  return numbers.flatMap((element) => {
    const guest = all[guestNumber(topology, vm, element) ?? -1];
    return guest === undefined ? [] : [guest];
  });
}

/** The step counts as failed when something was refused or one of the VMs was left with an errno. */
export function countedFor(state: MachineState, vms: VmElements, log: StepLog): MachineState {
  let lastErrno: MachineState['lastErrno'] = 'none';
  for (const { number } of guestsNamed(state, vms)) {
    const { errno } = vmState(state, number);
    if (errno !== 'none') lastErrno = errno;
  }
  const isFailed = lastErrno !== 'none' || log.refused.length > 0;
  return { ...state, lastErrno, failed: state.failed + (isFailed ? 1 : 0) };
}
