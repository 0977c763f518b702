/** What the steps about functions share: one function after the other, and the refusal of one. */
import type { Failure } from '../../base/result.ts';
import type { Elements } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { StepLog } from '../log.ts';
import { changeFunction, functionState, isPresent, type MachineState } from '../state.ts';

/** A step that cannot be taken: the function is absent, or not in the state for it. */
export const cannotApply = 'lifecycle-step-on-absent-device';

/** What a step does to one function: the state afterwards, and in the log what happened. */
export type OnFunction = (state: MachineState, fn: FunctionIndex, log: StepLog, element: Elements) => MachineState;

/** Does something to each function, in order. */
export function toEach(
  before: MachineState,
  subjects: readonly Elements[],
  log: StepLog,
  act: OnFunction,
): MachineState {
  let state = before;
  for (const { node, numbers } of subjects) {
    for (const number of numbers) {
      const fn = state.topology.byNode.get(node)?.[number];
      log.pause();
      if (fn !== undefined) state = act(state, fn, log, { node, numbers: [number] });
    }
  }
  return state;
}

/** {@link OnFunction} that is refused while the VMM has ended, or the function is not there. */
export function whenPresent(act: OnFunction): OnFunction {
  return (state, fn, log, element) => {
    if (state.aborted !== undefined) return refuseAborted(state, fn, log);
    if (!isPresent(state, fn)) return refuse(state, fn, `${nameOf(state, fn)} is not present`, log);
    return act(state, fn, log, element);
  };
}

/** {@link whenPresent} for what a driver does: it is refused, too, while the function has none. */
export function whenBound(call: string, act: OnFunction): OnFunction {
  return whenPresent((state, fn, log, element) => {
    if (functionState(state, fn).driver === undefined) {
      return refuse(state, fn, `${nameOf(state, fn)} has no driver that would call ${call}`, log);
    }
    return act(state, fn, log, element);
  });
}

/** Nothing can be done to a function: QEMU is gone. */
export function refuseAborted(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  return refuse(state, fn, `QEMU has aborted: ${state.aborted}`, log);
}

/** The step does not apply to the function: ENODEV unless Linux has another word for it. */
export function refuse(
  state: MachineState,
  fn: FunctionIndex,
  message: string,
  log: StepLog,
  errno: Failure = 'ENODEV',
  rule = cannotApply,
): MachineState {
  log.refused.push({ rule, message, fn });
  return failed(state, fn, errno);
}

/** The function's last step failed so. */
export function failed(state: MachineState, fn: FunctionIndex, errno: Failure): MachineState {
  return changeFunction(state, fn, { errno });
}

/** How the last step ended for the function. */
export function ended(state: MachineState, fn: FunctionIndex, errno: Failure | undefined): MachineState {
  const word = errno ?? 'none';
  return functionState(state, fn).errno === word ? state : changeFunction(state, fn, { errno: word });
}

/** The function's name, for a message. */
export function nameOf(state: MachineState, fn: FunctionIndex): string {
  return state.topology.functions[fn]?.name ?? 'the function';
}
