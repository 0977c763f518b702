/**
 * Interrupt message storage in a guest. The interrupt controller makes the address and data pairs; a VMM can put the real ones in
 * place of the guest's only where it traps the write, as it does for MSI-X. Storage in a device's own memory it cannot trap: the
 * guest has to ask the hypervisor for pairs, by a hypercall, or must not use it.
 */
import type { Assignment } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { allocateIms, hasIms, imsAllocated, imsObstacle, requestImsIrqs } from '../ims.ts';
import { noted, type StepLog } from '../log.ts';
import { changeFunction, type MachineState } from '../state.ts';
import type { Guest } from './assigned.ts';
import type { ImsRefusal } from './events.ts';
import { setVm } from './state.ts';

/** Everything that keeps a guest from using a function's message storage. */
export function storageRefusals(state: MachineState, { vm }: Guest, fn: FunctionIndex): readonly ImsRefusal[] {
  const refusals: ImsRefusal[] = [];
  if (!vm.interruptHypercall) refusals.push('no-hypercall');
  if (!hasIms(vm.os)) refusals.push('guest-kernel');
  const obstacle = imsObstacle(state, fn);
  if (obstacle !== undefined) refusals.push(obstacle === 'kernel' ? 'host-kernel' : obstacle);
  return refusals;
}

/**
 * The guest's driver allocates the entries that it uses and puts handlers on them; the host does the same for each, in the hypercall, so
 * the guest is told when it cannot. ENOTSUPP: refused.
 */
export function useStorage(
  state: MachineState,
  guest: Guest,
  { ims }: Assignment,
  fn: FunctionIndex,
  log: StepLog,
): MachineState {
  const declared = state.topology.functions[fn]?.node.capabilities.ims ?? 0;
  // A queue's own memory has no table: which entries a guest uses there, its steps say.
  const wanted = ims !== 'all' ? ims : declared === 'unlimited' ? 0 : declared;
  if (ims === 0) return state;
  const refusals = storageRefusals(state, guest, fn);
  for (const why of refusals) log.guestEvents.push({ is: 'ims-refused', vm: guest.number, fn, why });
  if (refusals.length > 0) return failing(state, guest, fn, 'ENOTSUPP');
  if (wanted === 0) return state;
  const added = allocateIms(state, fn, 'any', wanted);
  let current = noted(log, added);
  let { errno } = added;
  for (const { first, last } of imsAllocated(current, fn)) {
    const handled = requestImsIrqs(current, fn, first, last);
    current = noted(log, handled);
    errno ??= handled.errno;
  }
  return errno === undefined ? current : failing(current, guest, fn, errno);
}

function failing(
  state: MachineState,
  { number }: Guest,
  fn: FunctionIndex,
  errno: Exclude<MachineState['lastErrno'], 'none'>,
): MachineState {
  return changeFunction(setVm(state, number, { state: 'running', errno }), fn, { errno });
}
