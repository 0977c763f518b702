/** The steps of a scenario: a file for each, a line in the switch here. */
import { never } from '../../base/result.ts';
import type { Elements, Step, StepOf } from '../../model/machine.ts';
import { newLog, type StepLog } from '../log.ts';
import type { ExpectationResult, StepResult } from '../run.ts';
import { functionState, type MachineState } from '../state.ts';
import { allocateOne } from './allocate.ts';
import { disableOne } from './disable.ts';
import { enableOne } from './enable.ts';
import { expect, expectController, expectCpu, expectVm } from './expect.ts';
import { freeOne } from './free.ts';
import { freeIrqOne } from './free-irq.ts';
import { migrate } from './migrate.ts';
import { offline } from './offline.ts';
import { online } from './online.ts';
import { plugOne } from './plug.ts';
import { probeOne } from './probe.ts';
import { removeOne } from './remove.ts';
import { requestIrqOne } from './request-irq.ts';
import { countedFor, startOrStop } from './start.ts';
import { allocateStorageOne, freeStorageOne, requestStorageOne, setPasidOne } from './storage.ts';
import { type OnFunction, toEach } from './subjects.ts';
import { unmaskOne } from './unmask.ts';
import { unplugOne } from './unplug.ts';

/** One step other than `boot`. */
export function takeStep(before: MachineState, step: Exclude<Step, StepOf<'boot'>>, pause: () => void): StepResult {
  const log = newLog(pause);
  const ended = (state: MachineState, checks: readonly ExpectationResult[] = []): StepResult =>
    result(state, step, log, checks);
  const onEach = (subjects: readonly Elements[], act: OnFunction): StepResult =>
    ended(counted(toEach(before, subjects, log, act), log, subjects));
  switch (step.op) {
    case 'plug':
      return onEach(step.subjects, plugOne);
    case 'unplug':
      return onEach(step.subjects, unplugOne);
    case 'probe':
      return onEach(step.subjects, probeOne);
    case 'remove':
      return onEach(step.subjects, removeOne);
    case 'enable':
      return onEach(step.subjects, enableOne(step));
    case 'disable':
      return onEach(step.subjects, disableOne);
    case 'allocate':
      return onEach(step.subjects, step.mode === 'ims' ? allocateStorageOne(step) : allocateOne(step));
    case 'free':
      return onEach(step.subjects, step.mode === 'ims' ? freeStorageOne(step) : freeOne(step));
    case 'request-irq':
      return onEach(step.subjects, step.pasid === undefined ? requestIrqOne(step) : requestStorageOne(step));
    case 'free-irq':
      return onEach(step.subjects, freeIrqOne(step));
    case 'set-pasid':
      return onEach(step.subjects, setPasidOne(step));
    case 'mask':
    case 'unmask':
      return onEach(step.subjects, unmaskOne(step));
    case 'start':
    case 'stop':
      return ended(countedFor(startOrStop(before, step, log), step.vms, log));
    case 'online':
      return ended(online(before, step, log));
    case 'offline':
      return ended(offline(before, step, log));
    case 'snapshot':
      return ended(before);
    case 'migrate': {
      const moved = migrate(before, step, log);
      return moved === undefined ? ended(before) : { ...ended(moved.state), migration: moved.migration };
    }
    case 'expect':
      return ended(before, expect(before, step));
    case 'expect-controller':
      return ended(before, expectController(before, step));
    case 'expect-cpu':
      return ended(before, expectCpu(before, step));
    case 'expect-vm':
      return ended(before, expectVm(before, step));
    default:
      return never(step);
  }
}

function result(state: MachineState, step: Step, log: StepLog, checks: readonly ExpectationResult[]): StepResult {
  const { calls, effects, refused, guestEvents } = log;
  const own = { step, state, calls, effects, refused, checks };
  return guestEvents.length === 0 ? own : { ...own, guestEvents };
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
  const isFailed = lastErrno !== 'none' || log.refused.some(({ isHarmless }) => isHarmless !== true);
  return { ...state, lastErrno, failed: state.failed + (isFailed ? 1 : 0) };
}
