/** Runs: the boot that every check is made of, and the declared scenarios, each from the end of that boot. */
import { bothEffects } from '../controllers/effect.ts';
import type { Scenario, Step } from '../model/machine.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { type BootTrace, bootAfter } from './boot.ts';
import { checkExpectations } from './expectations.ts';
import { startGuests } from './guests/life.ts';
import { newLog } from './log.ts';
import type { Call, ExpectationResult, Run, StepResult } from './run.ts';
import { functionState, type MachineState } from './state.ts';
import { takeStep } from './steps/index.ts';
import { callsOf, effectsOf } from './turn.ts';

/** How the boots went that runs were made of: where a later boot of nearly the same machine begins. */
const traces = new WeakMap<Run, BootTrace>();

/**
 * Boots the machine: the static check. `expect` in functions' bodies is asserted afterwards.
 * @param pause called now and then; what it throws ends the run
 * @param previous an earlier boot of nearly the same machine: what did not change is taken from it
 */
export function bootMachine(topology: Topology, pause: () => void = () => undefined, previous?: Run): Run {
  const trace = bootAfter(previous && traces.get(previous), topology, pause);
  const guestLog = newLog(pause);
  const booted = countFailures(startGuests(trace.end, guestLog));
  const checks = bodyExpectations(booted);
  const { guestEvents, refused } = guestLog;
  const { turns } = trace;
  const step = withLists(
    { step: undefined, state: booted, turns, refused, checks, ...(guestEvents.length === 0 ? {} : { guestEvents }) },
    once(() => callsOf(trace)),
    once(() => bothEffects(effectsOf(trace), guestLog.effects)),
  );
  const run: Run = { scenario: undefined, steps: markWanted([step]) };
  traces.set(run, trace);
  return run;
}

/**
 * Runs a declared scenario from the end of the boot, which is the same for all of them. A `boot` that is not the first step
 * starts the machine anew.
 * @param booted what {@link bootMachine} gave
 * @param pause called between steps and now and then within them; what it throws ends the run
 */
export function runScenario(booted: Run, scenario: Scenario, pause: () => void = () => undefined): Run {
  const [start] = booted.steps;
  if (start === undefined) return { scenario, steps: [] };
  const steps: StepResult[] = [];
  if (scenario.steps[0]?.op !== 'boot') steps.push(start);
  let state = start.state;
  for (const step of scenario.steps) {
    pause();
    const result = step.op === 'boot' ? bootStep(start, step) : takeStep(state, step, pause);
    steps.push(result);
    state = result.state;
  }
  return { scenario, steps: markWanted(steps) };
}

function bootStep(start: StepResult, step: Step): StepResult {
  const { state, turns, refused, checks, guestEvents } = start;
  const rest = { ...(turns === undefined ? {} : { turns }), ...(guestEvents === undefined ? {} : { guestEvents }) };
  return withLists(
    { step, state, refused, checks, ...rest },
    () => start.calls,
    () => start.effects,
  );
}

/** A result with its calls and effects made when asked for: at boot there are thousands, and nobody asks while all goes well. */
function withLists(
  rest: Omit<StepResult, 'calls' | 'effects'>,
  calls: () => StepResult['calls'],
  effects: () => StepResult['effects'],
): StepResult {
  return {
    ...rest,
    get calls() {
      return calls();
    },
    get effects() {
      return effects();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The boot counts as one step: failed when a driver was left without vectors. */
function countFailures(state: MachineState): MachineState {
  let lastErrno: MachineState['lastErrno'] = 'none';
  state.functions.forEach(({ errno }) => {
    if (errno !== 'none') lastErrno = errno;
  });
  return { ...state, lastErrno, failed: lastErrno === 'none' ? 0 : 1 };
}

function bodyExpectations(state: MachineState): ExpectationResult[] {
  const checks: ExpectationResult[] = [];
  for (const { index, node } of state.topology.functions) {
    if (node.expectations.length === 0) continue;
    checks.push(...checkExpectations(state, { of: 'function', fn: index }, node.expectations));
  }
  return checks;
}

/** Keys of an `expect` that can ask for a failure or for fewer vectors than wanted. */
const asksForShortage = new Set(['error', 'mode', 'vectors', 'irqs', 'events']);

/**
 * Marks calls that failed or fell short as wanted, when the next `expect` on their function asserts just that and is met, or
 * the machine's `error` right after their step is: the author knows.
 */
function markWanted(steps: readonly StepResult[]): StepResult[] {
  if (steps.every(({ checks }) => checks.length === 0)) return [...steps];
  const open = new Map<FunctionIndex, Call[]>();
  const wanted = new Set<Call>();
  /** Those of the step before. */
  let last: readonly Call[] = [];
  for (const { step, calls, checks, state, migration } of steps) {
    // The numbers of functions are another machine's from here on.
    if (migration !== undefined) open.clear();
    const own: Call[] = [];
    for (const call of calls) {
      if (call.by !== 'driver') continue;
      if (call.errno === undefined && call.granted >= call.request.max && call.mode !== 'intx') continue;
      own.push(call);
      const known = open.get(call.fn);
      if (known === undefined) open.set(call.fn, [call]);
      else known.push(call);
    }
    const isOfMachine = step?.op === 'expect' && step.subjects === 'machine';
    for (const { fn, met, expectation } of checks) {
      if (isOfMachine && met && expectation.key === 'error' && state.lastErrno !== 'none') {
        for (const call of last) wanted.add(call);
      }
      if (fn === undefined) continue;
      if (met && asksForShortage.has(expectation.key) && asksFor(expectation.key, state, fn)) {
        for (const call of open.get(fn) ?? []) wanted.add(call);
      }
    }
    for (const { fn } of checks) if (fn !== undefined) open.delete(fn);
    last = own;
  }
  if (wanted.size === 0) return [...steps];
  return steps.map((step) =>
    step.calls.some((call) => wanted.has(call))
      ? { ...step, calls: step.calls.map((call) => (wanted.has(call) ? { ...call, wanted: true } : call)) }
      : step,
  );
}

/** `error = none` asks for no failure; all other assertions that were met while a call fell short do. */
function asksFor(key: string, state: MachineState, fn: FunctionIndex): boolean {
  return key !== 'error' || functionState(state, fn).errno !== 'none';
}
