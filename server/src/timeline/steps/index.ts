/** The steps of a scenario: a file for each, a line in the switch here. */
import type { Elements, Step, StepOf } from '../../model/machine.ts';
import { newLog, type StepLog } from '../log.ts';
import type { ExpectationResult, StepResult } from '../run.ts';
import { functionState, type MachineState } from '../state.ts';
import { expect, expectController } from './expect.ts';
import { plugOne } from './plug.ts';
import { probeOne } from './probe.ts';
import { removeOne } from './remove.ts';
import { type OnFunction, toEach } from './subjects.ts';
import { unplugOne } from './unplug.ts';

/** One step other than `boot`. */
export function takeStep(before: MachineState, step: Exclude<Step, StepOf<'boot'>>, pause: () => void): StepResult {
  const log = newLog(pause);
  const onEach = (subjects: readonly Elements[], act: OnFunction): StepResult =>
    result(counted(toEach(before, subjects, log, act), log, subjects), step, log, []);
  switch (step.op) {
    case 'plug':
      return onEach(step.subjects, plugOne);
    case 'unplug':
      return onEach(step.subjects, unplugOne);
    case 'probe':
      return onEach(step.subjects, probeOne);
    case 'remove':
      return onEach(step.subjects, removeOne);
    case 'expect':
      return result(before, step, log, expect(before, step));
    case 'expect-controller':
      return result(before, step, log, expectController(before, step));
    default:
      log.refused.push({
        rule: 'limit-exceeded',
        message:
          step.decl.kind === 'expect'
            ? 'What is expected here is not checked yet'
            : `The step ${step.decl.kind ?? ''} is not carried out yet; the steps after it are checked as if it were not there`,
      });
      return result(before, step, log, []);
  }
}

function result(state: MachineState, step: Step, log: StepLog, checks: readonly ExpectationResult[]): StepResult {
  const { calls, effects, refused } = log;
  return { step, state, calls, effects, refused, checks };
}

/** Counts the step as failed when something was refused or a subject was left with an errno. */
function counted(state: MachineState, log: StepLog, subjects: readonly Elements[]): MachineState {
  let lastErrno: MachineState['lastErrno'] = 'none';
  for (const { node, numbers } of subjects) {
    for (const number of numbers) {
      const fn = state.topology.byNode.get(node)?.[number];
      const errno = fn === undefined ? 'none' : functionState(state, fn).errno;
      if (errno !== 'none') lastErrno = errno;
    }
  }
  const isFailed = lastErrno !== 'none' || log.refused.length > 0;
  return { ...state, lastErrno, failed: state.failed + (isFailed ? 1 : 0) };
}
