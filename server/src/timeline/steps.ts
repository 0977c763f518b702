/** The steps of a scenario. */
import type { Errno } from '../base/result.ts';
import type { Elements, Step } from '../model/machine.ts';
import { placeHotplug } from '../pci/slots.ts';
import { type FunctionIndex, NOWHERE } from '../pci/topology.ts';
import { checkExpectations } from './expectations.ts';
import { unbindDriver } from './free.ts';
import { plug, unplug } from './hotplug.ts';
import { newLog, noted, type StepLog } from './log.ts';
import { bindBridge, isBridge } from './ports.ts';
import { probe } from './probe.ts';
import type { ExpectationResult, StepResult } from './run.ts';
import { changeFunction, functionState, isFound, isPresent, type MachineState, presentIn } from './state.ts';

/** A step that cannot be taken: the function is absent, or not in the state for it. */
const cannotApply = 'lifecycle-step-on-absent-device';

/** One step other than `boot`. */
export function takeStep(before: MachineState, step: Exclude<Step, { op: 'boot' }>, pause: () => void): StepResult {
  const log = newLog(pause);
  switch (step.op) {
    case 'expect':
      return result(before, step, log, expect(before, step));
    case 'expect-controller': {
      const subject = { of: 'controller', controller: step.controller, its: step.its } as const;
      return result(before, step, log, checkExpectations(before, subject, step.expectations));
    }
    case 'later':
      log.refused.push({
        rule: 'limit-exceeded',
        message:
          step.decl.kind === 'expect'
            ? 'What is expected here is not checked yet'
            : `The step ${step.decl.kind ?? ''} is not carried out yet; the steps after it are checked as if it were not there`,
      });
      return result(before, step, log, []);
    case 'plug':
    case 'unplug':
    case 'probe':
    case 'remove':
      return result(counted(take(before, step, log), log, step), step, log, []);
  }
}

function result(state: MachineState, step: Step, log: StepLog, checks: readonly ExpectationResult[]): StepResult {
  const { calls, effects, refused } = log;
  return { step, state, calls, effects, refused, checks };
}

/** Does the step to each of its subjects, in order. */
function take(
  before: MachineState,
  step: Extract<Step, { subjects: readonly Elements[] }> & { op: 'plug' | 'unplug' | 'probe' | 'remove' },
  log: StepLog,
): MachineState {
  let state = before;
  for (const { node, numbers } of step.subjects) {
    for (const number of numbers) {
      const fn = state.topology.byNode.get(node)?.[number];
      log.pause();
      if (fn === undefined) continue;
      if (step.op === 'plug') state = plugOne(state, { node, numbers: [number] }, fn, log);
      else state = changeOne(state, step.op, fn, log);
    }
  }
  return state;
}

/** Plugs a function in; one without a place of its own gets the lowest free slot that takes it. */
function plugOne(state: MachineState, element: Elements, fn: FunctionIndex, log: StepLog): MachineState {
  const name = nameOf(state, fn);
  if (state.aborted !== undefined) return refuse(state, fn, `QEMU has aborted: ${state.aborted}`, log);
  if (isPresent(state, fn)) return refuse(state, fn, `${name} is plugged in already`, log);
  const above = state.topology.functions[fn];
  if (above?.rootBus !== NOWHERE) {
    const parent = above?.parent;
    if (parent !== undefined && !isFound(state, parent)) {
      return refuse(state, fn, `${nameOf(state, parent)}, where ${name} would go, is not there`, log);
    }
    const bridge = parent === undefined ? undefined : state.topology.functions[parent]?.node.bridge;
    if (parent !== undefined && bridge?.hotplug === 'none') {
      return refuse(state, fn, `${nameOf(state, parent)} has no hot-plug slot for ${name}`, log);
    }
    return plug(state, fn, log);
  }
  const placement = placeHotplug(state.topology, state.enumeration, presentIn(state), element.node, element.numbers);
  if (placement.placed.length === 0) {
    log.refused.push({ rule: 'hotplug-ports-short', message: `No free slot takes ${name}`, fn });
    return failed(state, fn, 'ENOSPC');
  }
  return plug({ ...state, topology: placement.topology }, fn, log);
}

function changeOne(
  state: MachineState,
  op: 'unplug' | 'probe' | 'remove',
  fn: FunctionIndex,
  log: StepLog,
): MachineState {
  const name = nameOf(state, fn);
  if (state.aborted !== undefined) return refuse(state, fn, `QEMU has aborted: ${state.aborted}`, log);
  if (!isPresent(state, fn)) return refuse(state, fn, `${name} is not present`, log);
  const { driver } = functionState(state, fn);
  switch (op) {
    case 'unplug': {
      const gone = unplug(state, fn, log);
      return changeFunction(gone, fn, { errno: gone.aborted === undefined ? 'none' : 'abort' });
    }
    case 'probe': {
      if (!isFound(state, fn)) return refuse(state, fn, `The kernel has not found ${name}`, log);
      if (driver !== undefined) return refuse(state, fn, `${name} has its driver already`, log);
      const node = state.topology.functions[fn]?.node;
      return node !== undefined && isBridge(node) ? bindBridge(state, fn, log) : probe(state, fn, log);
    }
    case 'remove':
      if (driver === undefined) return refuse(state, fn, `${name} has no driver to remove`, log);
      return noted(log, unbindDriver(state, fn));
  }
}

function refuse(state: MachineState, fn: FunctionIndex, message: string, log: StepLog): MachineState {
  log.refused.push({ rule: cannotApply, message, fn });
  return failed(state, fn, 'ENODEV');
}

function failed(state: MachineState, fn: FunctionIndex, errno: Errno): MachineState {
  return changeFunction(state, fn, { errno });
}

/** Counts the step as failed when something was refused or a driver ended without vectors. */
function counted(state: MachineState, log: StepLog, step: Extract<Step, { subjects: unknown }>): MachineState {
  let lastErrno: MachineState['lastErrno'] = 'none';
  if (step.op !== 'expect') {
    for (const { node, numbers } of step.subjects) {
      for (const number of numbers) {
        const fn = state.topology.byNode.get(node)?.[number];
        const errno = fn === undefined ? 'none' : functionState(state, fn).errno;
        if (errno !== 'none') lastErrno = errno;
      }
    }
  }
  const isFailed = lastErrno !== 'none' || log.refused.length > 0;
  return { ...state, lastErrno, failed: state.failed + (isFailed ? 1 : 0) };
}

function expect(state: MachineState, step: Extract<Step, { op: 'expect' }>): ExpectationResult[] {
  if (step.subjects === 'machine') return checkExpectations(state, { of: 'machine' }, step.expectations);
  return step.subjects.flatMap(({ node, numbers }) =>
    numbers.flatMap((number) => {
      const fn = state.topology.byNode.get(node)?.[number];
      return fn === undefined ? [] : checkExpectations(state, { of: 'function', fn }, step.expectations);
    }),
  );
}

function nameOf(state: MachineState, fn: FunctionIndex): string {
  return state.topology.functions[fn]?.name ?? 'the function';
}
