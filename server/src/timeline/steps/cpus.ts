/** What `online` and `offline` share: one CPU after the other, until one refuses. */
import type { Failure } from '../../base/result.ts';
import type { StepLog } from '../log.ts';
import { noted } from '../log.ts';
import type { Handled } from '../request-irq.ts';
import type { MachineState } from '../state.ts';
import { cannotApply } from './subjects.ts';

/** Does something to each CPU, in order; a refused one leaves the machine as it was. `why`: the sentence for an errno. */
export function toEachCpu(
  before: MachineState,
  cpus: readonly number[],
  log: StepLog,
  act: (state: MachineState, cpu: number) => Handled,
  why: (cpu: number, errno: Failure) => { readonly message: string; readonly rule?: string },
): MachineState {
  let state = before;
  let lastErrno: MachineState['lastErrno'] = 'none';
  for (const cpu of cpus) {
    log.pause();
    const handled = act(state, cpu);
    state = noted(log, handled);
    if (handled.errno === undefined) continue;
    lastErrno = handled.errno;
    log.refused.push({ rule: cannotApply, ...why(cpu, handled.errno) });
  }
  return { ...state, lastErrno, failed: state.failed + (lastErrno === 'none' ? 0 : 1) };
}
