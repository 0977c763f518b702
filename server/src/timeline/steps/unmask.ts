/** `unmask`, `mask`: the guest does it to entries of a function that is assigned to it. */
import type { StepOf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { type Guest, guestsOf } from '../guests/assigned.ts';
import { guestMasks, guestUnmasks } from '../guests/guest-irqs.ts';
import { settle } from '../guests/life.ts';
import { passedThrough } from '../guests/state.ts';
import type { StepLog } from '../log.ts';
import { functionState, type MachineState } from '../state.ts';
import { ended, nameOf, type OnFunction, refuse, whenPresent } from './subjects.ts';

/** EINVAL: no running VM uses the function, or it has no such entry. */
export function unmaskOne({ op, entries }: StepOf<'mask' | 'unmask'>): OnFunction {
  return whenPresent((state, fn, log) => {
    const { first, last } = entries;
    const guest = userOf(state, fn);
    if (guest === undefined) return refuse(state, fn, `${nameOf(state, fn)} is in use by no running VM`, log, 'EINVAL');
    const table = entriesOf(state, fn);
    if (last >= table) {
      const has =
        table === 0
          ? `has enabled no messages of ${nameOf(state, fn)}`
          : `sees ${table} entries of ${nameOf(state, fn)}`;
      return refuse(state, fn, `${guest.name} ${has}: there is no entry ${last}`, log, 'EINVAL');
    }
    return op === 'mask'
      ? ended(guestMasks(state, fn, first, last, log), fn, undefined)
      : unmask(state, fn, guest, entries, log);
  });
}

function unmask(
  state: MachineState,
  fn: FunctionIndex,
  guest: Guest,
  { first, last }: StepOf<'unmask'>['entries'],
  log: StepLog,
): MachineState {
  const outcome = guestUnmasks(state, fn, first, last, guest.vm.onError === 'kill', log);
  return outcome.failure === undefined ? ended(outcome.state, fn, undefined) : settle(outcome, guest, fn, log);
}

function userOf(state: MachineState, fn: FunctionIndex): Guest | undefined {
  const vm = passedThrough(state, fn)?.vm;
  return vm === undefined ? undefined : guestsOf(state.topology)[vm];
}

/** Entries that the guest can mask: of the table, or of the messages it has enabled. */
function entriesOf(state: MachineState, fn: FunctionIndex): number {
  const capabilities = state.topology.functions[fn]?.node.capabilities;
  const own = passedThrough(state, fn);
  if (own?.mode === 'msix') return capabilities?.msix ?? 0;
  return own?.mode === 'msi' ? own.counter : own?.mode === 'intx' && functionState(state, fn).mode === 'intx' ? 1 : 0;
}
