/** What a step did, in about five words: for the end of its line in an editor, and for the log of a test. */
import { type Interval, joinedInOrder, size } from '../base/intervals.ts';
import { failureText } from '../base/result.ts';
import { itsDevice } from '../controllers/gicv3-its/index.ts';
import { withController } from '../controllers/registry.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { counted } from '../rules/words.ts';
import { hwirqsOf } from '../timeline/hwirqs.ts';
import { leftBehindBy } from '../timeline/left-behind.ts';
import type { Call, ExpectationResult, Run, StepResult } from '../timeline/run.ts';
import {
  countVectors,
  functionState,
  grantedVectors,
  idle,
  type MachineState,
  requestedVectors,
} from '../timeline/state.ts';
import { ittOf, lastCalls } from './allocation.ts';
import { deliveryRow, targetsText } from './delivery.ts';
import { eventWords } from './event-words.ts';
import { gotText } from './hover-steps.ts';
import { reinsertionWords } from './reinsertion-words.ts';

/** Refusals that are longer give only their errno here; the finding at the step has the sentence. */
const SHORT = 40;

/** What the step at this position of a run did; undefined beyond its end. */
export function stepWords(run: Run, at: number): string | undefined {
  const { steps } = run;
  const result = steps[at];
  if (result === undefined) return undefined;
  const { state, checks, refused } = result;
  const before = at === 0 ? undefined : steps[at - 1]?.state;
  // Those of the boot are about functions, and told where they stand.
  if (at > 0 && checks.length > 0) return expectWords(checks);
  const [refusal] = refused;
  if (refusal !== undefined) {
    const errno = refusal.fn === undefined ? state.lastErrno : functionState(state, refusal.fn).errno;
    const text = refusal.message.length > SHORT && errno !== 'none' ? errnoWord(errno) : refusal.message;
    return refused.length === 1 ? text : `${text} and ${refused.length - 1} more`;
  }
  const event = eventWords(result);
  if (event !== undefined) return event;
  const called = [...lastCalls([result])];
  const [first] = called;
  if (called.length === 1 && first !== undefined) {
    const again = reinsertionWords(run, at);
    return `${callWords(state, first[0], first[1])}${again === undefined ? '' : `, ${again}`}`;
  }
  if (called.length > 1) return callsWords(state, called);
  return (
    changeWords(before, result) ?? (state.failed > (before?.failed ?? 0) ? errnoWord(state.lastErrno) : 'no change')
  );
}

/** "✓", "vectors is 3", "vectors is 3 and 2 more". */
function expectWords(checks: readonly ExpectationResult[]): string {
  const unmet = checks.filter(({ met }) => !met);
  const [first] = unmet;
  if (first === undefined) return '✓';
  const more = unmet.length === 1 ? '' : ` and ${unmet.length - 1} more`;
  return `✗ ${first.expectation.key} is ${gotText(first)}${more}`;
}

/** Of one function: "3 vectors, LPIs 8192–8194", "ENOSPC: 1 event left". */
function callWords(state: MachineState, fn: FunctionIndex, calls: readonly Call[]): string {
  const last = calls[calls.length - 1];
  const own = functionState(state, fn);
  if (last?.errno !== undefined) return `${errnoWord(last.errno)}${leftWords(state, fn)}`;
  const refused = calls.find(({ errno }) => errno !== undefined);
  if (own.mode === 'intx') {
    return refused === undefined ? 'INTx' : `INTx, ${errnoWord(refused.errno ?? 'none')}${leftWords(state, fn)}`;
  }
  const granted = grantedVectors(own);
  if (granted === 0) return 'all given back';
  const wanted = calls[0]?.request.max ?? granted;
  const of = granted < wanted && calls[0]?.by === 'driver' ? ` of ${wanted}` : '';
  const kind = own.mode === 'msi' ? 'MSI vector' : 'vector';
  return `${granted}${of} ${kind}${granted === 1 && of === '' ? '' : 's'}${interruptWords(state, fn)}`;
}

/** Of several: "6 functions, 14 vectors, 2 without". */
function callsWords(state: MachineState, called: readonly (readonly [FunctionIndex, readonly Call[]])[]): string {
  let vectors = 0;
  let without = 0;
  for (const [fn, calls] of called) {
    vectors += grantedVectors(functionState(state, fn));
    if (calls[calls.length - 1]?.errno !== undefined) without += 1;
  }
  return `${called.length} functions, ${counted(vectors, 'vector')}${without === 0 ? '' : `, ${without} without`}`;
}

/** What changed without a request: vectors given back or added, handlers, CPUs, presence. */
function changeWords(before: MachineState | undefined, result: StepResult): string | undefined {
  if (before === undefined) return undefined;
  const after = result.state;
  const changed = changedFunctions(before, after);
  let added = 0;
  let handlers = 0;
  let released = 0;
  let unbound = 0;
  for (const fn of changed) {
    const had = functionState(before, fn);
    const has = functionState(after, fn);
    const more = grantedVectors(has) - grantedVectors(had);
    if (more > 0) added += more;
    else released -= more;
    handlers += requestedVectors(has) - requestedVectors(had);
    if (had.driver !== undefined && has.driver === undefined) unbound += 1;
  }
  const [only] = changed;
  if (added > 0) {
    const where = changed.length === 1 && only !== undefined ? interruptWords(after, only) : '';
    return `${counted(added, 'vector')} more${where}`;
  }
  const leaked = leftBehindBy(before, result).reduce((sum, { events }) => sum + events, 0);
  if (released > 0)
    return `${counted(released, 'vector')} given back${leaked > 0 ? `, ${leaked} leaked` : tableWords(before, after, changed)}`;
  if (handlers !== 0) return `${counted(Math.abs(handlers), 'handler')} ${handlers > 0 ? 'more' : 'fewer'}`;
  if (unbound > 0) return unbound === 1 ? 'held no vectors' : `${unbound} functions held no vectors`;
  const offline = size(after.offlineCpus) - size(before.offlineCpus);
  if (offline !== 0) return `${counted(Math.abs(offline), 'CPU')} ${offline > 0 ? 'fewer' : 'more'} online`;
  return before.presence === after.presence ? undefined : 'no driver asks for vectors';
}

/** Functions of which something else is known than before. */
function changedFunctions(before: MachineState, after: MachineState): readonly FunctionIndex[] {
  if (before.functions === after.functions) return [];
  const changed: FunctionIndex[] = [];
  after.functions.forEach((own, fn) => {
    if (before.functions.get(fn) !== own) changed.push(fn);
  });
  before.functions.forEach((_, fn) => {
    if (!after.functions.has(fn)) changed.push(fn);
  });
  return changed;
}

/** ", table stays" where one that others share outlives what it was made for. */
function tableWords(before: MachineState, after: MachineState, [fn]: readonly FunctionIndex[]): string {
  const table = fn === undefined ? undefined : ittOf(before, fn);
  // The function may have gone; its table is looked for where it was.
  const { requester } = fn === undefined ? idle : functionState(before, fn);
  const controller = requester && after.controllers[requester.controller];
  if (table === undefined || requester === undefined || controller?.type !== 'gicv3') return '';
  return itsDevice(controller, requester.its, table.deviceId) === undefined ? '' : ', table stays';
}

/** ", LPIs 8192–8194", ", cpu[0] 34..35": the numbers that the controller gave. */
function interruptWords(state: MachineState, fn: FunctionIndex): string {
  const delivery = deliveryRow(state, fn);
  if (delivery !== undefined) return `, ${targetsText(delivery, CPUS_NAMED)}`;
  const own = functionState(state, fn);
  const controller = own.requester && state.controllers[own.requester.controller];
  const count = countVectors(own.vectors);
  const noun = controller && NOUNS[controller.type];
  return noun === undefined || count === 0 ? '' : `, ${noun}${count === 1 ? '' : 's'} ${joined(hwirqsOf(state, own))}`;
}

/** CPUs of one function named before "and n more". */
const CPUS_NAMED = 2;

/** What the interrupts of a controller are called by number. */
const NOUNS: Readonly<Partial<Record<string, string>>> = {
  gicv3: 'LPI',
  gicv5: 'LPI',
  gicv2m: 'SPI',
  'spapr-xics': 'XIRQ',
  'spapr-xive': 'XIRQ',
  'spapr-dual': 'XIRQ',
};

/** Runs of numbers, those that follow each other joined: "0–3, 8". */
function joined(runs: readonly Interval[]): string {
  const whole = joinedInOrder(runs);
  const text = ({ first, last }: Interval) => (first === last ? `${first}` : `${first}–${last}`);
  const shown = whole.slice(0, 2).map(text).join(', ');
  return whole.length > 2 ? `${shown} …` : shown;
}

/** ": 1 event left": what ran short for a function, in its table or else of the whole controller. */
function leftWords(state: MachineState, fn: FunctionIndex): string {
  const itt = ittOf(state, fn);
  if (itt !== undefined) return `: ${counted(itt.lpiCount - size(itt.used), 'event')} left`;
  const { requester } = functionState(state, fn);
  const controller = requester && state.controllers[requester.controller];
  const figures = controller && withController(controller, (implementation, own) => implementation.figures(own));
  if (figures?.lpisFree !== undefined) return `: ${counted(figures.lpisFree, 'LPI')} left`;
  if (figures?.spisFree !== undefined) return `: ${counted(figures.spisFree, 'SPI')} left`;
  if (figures?.msisFree !== undefined) return `: ${counted(figures.msisFree, 'MSI')} left`;
  if (figures?.vectorsFree !== undefined) return `: ${counted(figures.vectorsFree, 'CPU vector')} left`;
  return '';
}

/** The errno without its minus, as an `expect` writes it. */
const errnoWord = (errno: MachineState['lastErrno']): string =>
  errno === 'none' ? 'no error' : errno === 'abort' ? failureText(errno) : errno;
