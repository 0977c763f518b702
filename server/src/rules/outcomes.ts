/** What came of each call a driver planned: the view of a run that rules about vectors share. */
import { failureText } from '../base/result.ts';
import type { Requester } from '../controllers/controller.ts';
import type { Effect } from '../controllers/effect.ts';
import type { ItsDevice, ItsState } from '../controllers/gicv3-its/state.ts';
import type { Request } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { endOfLadder, messagesOf, wantedBy } from '../timeline/ladder.ts';
import type { Call, Run, StepResult } from '../timeline/run.ts';
import type { MachineState } from '../timeline/state.ts';
import type { Turn } from '../timeline/turn.ts';
import type { RuleContext } from './context.ts';
import { placeOf } from './nodes.ts';
import type { Place, Severity } from './rule.ts';
import { at, hex } from './sharing.ts';
import { counted } from './words.ts';

/** One planned call with all its rungs: what was wanted at first, and what was had at last. */
export interface Outcome {
  readonly fn: FunctionIndex;
  readonly name: string;
  readonly run: Run;
  readonly step: StepResult;
  /** Number of the step in the run. */
  readonly number: number;
  /** The state the step began with; the state after it for the first step. */
  readonly before: MachineState;
  readonly first: Call;
  readonly last: Call;
  /** All rungs that were tried, `first` to `last`. */
  readonly calls: readonly Call[];
  /** Number of `first` among all calls of the run. */
  readonly order: number;
  /**
   * The table the function made in this step: for these calls, else for those before. The first one, made for what was wanted:
   * Linux 6.1 makes another for each further try. Undefined when it found one.
   */
  readonly made: Mapd | undefined;
  /** Vectors the first rung could have had: its maximum, as far as the function offers so many. */
  readonly wanted: number;
  /** Messages granted in the end; 0 for INTx and for a failure. */
  readonly messages: number;
  /** An `expect` asks for just this: then it is information. */
  readonly expected: boolean;
  /** Where a finding about it points: the step, or at boot the request. */
  readonly at: Place;
}

/** The making of a table. */
export type Mapd = Extract<Effect, { does: 'mapd' }>;

const outcomesOf = new WeakMap<Run, readonly Outcome[]>();

/**
 * Every planned call of the boot and of the declared scenarios, in order. The boot of a scenario is the same as the boot
 * of the file, so it is not told again.
 */
export function outcomes(context: RuleContext): readonly Outcome[] {
  const known = outcomesOf.get(context.boot);
  if (known) return known;
  const all = ofAllRuns(context, () => true);
  outcomesOf.set(context.boot, all);
  return all;
}

/** The outcomes of a machine that has a controller of a type; none of any other machine. */
export const outcomesWith = (
  context: RuleContext,
  type: MachineState['controllers'][number]['type'],
): readonly Outcome[] => {
  const controllers = context.boot.steps[0]?.state.controllers ?? [];
  return controllers.some((controller) => controller.type === type) ? outcomes(context) : [];
};

const troubledOf = new WeakMap<Run, readonly Outcome[]>();

/** Those that got fewer messages than they wanted, or whose function made a table with fewer LPIs than it asked for. */
export function troubled(context: RuleContext): readonly Outcome[] {
  const known = troubledOf.get(context.boot);
  if (known) return known;
  const found = ofAllRuns(
    context,
    (_first, missing, made) => missing > 0 || (made !== undefined && isCut(made)),
    ({ had }) => !had.all,
  );
  troubledOf.set(context.boot, found);
  return found;
}

const shortfallsOf = new WeakMap<Run, readonly Outcome[]>();

/** Those that got fewer messages than they wanted: most rules speak of them, and on a sound machine there are none. */
export function shortfalls(context: RuleContext): readonly Outcome[] {
  const known = shortfallsOf.get(context.boot);
  if (known) return known;
  const short = troubled(context).filter(({ messages, wanted }) => messages < wanted);
  shortfallsOf.set(context.boot, short);
  return short;
}

/** The outcomes at boot of functions whose turn passes a test. */
export const outcomesAtBoot = (context: RuleContext, isAsked: (turn: Turn) => boolean): readonly Outcome[] =>
  ofRun(context, context.boot, () => true, isAsked);

/** No run of LPIs as long as asked for was free: the table has fewer. */
export const isCut = ({ lpiCount, lpisRequested }: Mapd): boolean => lpiCount < lpisRequested;

/** Whether an outcome is asked for. On a sound machine none is, so it is told before there is an object of it. */
type Keeps = (first: Call, missing: number, made: Mapd | undefined) => boolean;

const ofAllRuns = (context: RuleContext, keeps: Keeps, isAsked?: (turn: Turn) => boolean): readonly Outcome[] =>
  [context.boot, ...context.runs].flatMap((run) => ofRun(context, run, keeps, isAsked));

/** @param isAsked which turns of the boot are looked at; absent: all */
function ofRun(context: RuleContext, run: Run, keeps: Keeps, isAsked?: (turn: Turn) => boolean): Outcome[] {
  const out: Outcome[] = [];
  const { possibleCpus } = context.machine;
  let order = 0;
  run.steps.forEach((step, number) => {
    const stepOrder = order;
    order += callCount(step);
    if (run !== context.boot && (step.step === undefined || step.step.op === 'boot')) return;
    if (isAsked !== undefined && step.turns?.some(isAsked) === false) return;
    const { calls } = step;
    const madeBy = new Map<FunctionIndex, Mapd>();
    for (const { from, to } of laddersOf(step, isAsked)) {
      const first = calls[from];
      const last = calls[to - 1];
      if (first === undefined || last === undefined) return;
      const mapd = firstMapd(calls, from, to);
      if (mapd) madeBy.set(first.fn, mapd);
      const made = mapd ?? madeBy.get(first.fn);
      const { node, name } = at(step.state.topology, first.fn);
      const wanted = wantedBy(first.request, node.capabilities, possibleCpus);
      const messages = messagesOf(last);
      if (!keeps(first, wanted - messages, made)) continue;
      out.push({
        fn: first.fn,
        name,
        run,
        step,
        number,
        before: run.steps[number - 1]?.state ?? step.state,
        first,
        last,
        calls: calls.slice(from, to),
        order: stepOrder + from,
        made,
        wanted,
        messages,
        expected: last.wanted,
        at:
          step.step && step.step.op !== 'boot'
            ? { decl: step.step.decl, part: 'header' }
            : placeOf(node, ownRequest(first)),
      });
    }
  });
  return out;
}

/** Of the boot it is told by the turns: its calls are made when they are needed. */
function callCount(step: StepResult): number {
  if (step.turns === undefined) return step.calls.length;
  let count = 0;
  for (const { calls } of step.turns) count += calls.length;
  return count;
}

/** The ladders of a step, as places in its calls; of the boot those of the turns that are asked for. */
function* laddersOf(
  { calls, turns }: StepResult,
  isAsked: ((turn: Turn) => boolean) | undefined,
): Iterable<{ readonly from: number; readonly to: number }> {
  if (turns === undefined || isAsked === undefined) {
    yield* laddersWithin(calls, 0, calls.length);
    return;
  }
  let from = 0;
  for (const turn of turns) {
    const end = from + turn.calls.length;
    if (isAsked(turn)) yield* laddersWithin(calls, from, end);
    from = end;
  }
}

function* laddersWithin(calls: readonly Call[], first: number, end: number) {
  for (let from = first; from < end; ) {
    const to = endOfLadder(calls, from);
    yield { from, to };
    from = to;
  }
}

const ownRequest = (call: Call): Request | undefined => (call.by === 'driver' ? call.request : undefined);

function firstMapd(calls: readonly Call[], from: number, to: number): Mapd | undefined {
  for (let i = from; i < to; i++) {
    for (const effect of calls[i]?.effects ?? []) if (effect.does === 'mapd') return effect;
  }
  return undefined;
}

/** The ITS device of an outcome's DeviceID in a state. */
export function deviceOf(state: MachineState, { first }: Outcome): ItsDevice | undefined {
  const { requester } = first;
  if (requester === undefined) return undefined;
  return itsStateOf(state, requester.controller)?.devices[requester.its]?.get(requester.deviceId);
}

/** Whether a table of any ITS may be shared once the machine is up: told by the turns, which is all that most machines need. */
export function mayShareTables({ boot, machine }: RuleContext): boolean {
  // What VMs get is no driver's turn.
  const turns = machine.vms.length > 0 ? undefined : boot.steps.at(-1)?.turns;
  return turns === undefined || turns.some(({ had }) => had.sharesTable);
}

/** The state of a GICv3, by position in the machine's controllers. */
export function itsStateOf(state: MachineState, controller: number): ItsState | undefined {
  const found = state.controllers[controller];
  return found?.type === 'gicv3' ? found : undefined;
}

/** Error, unless the author asked for it: then it is information. */
export const severityOf = (outcome: Outcome, severity: Severity): Severity => (outcome.expected ? 'info' : severity);

/** How it ends for the driver, in words. */
export function endOf({ last, messages }: Outcome): string {
  if (messages > 0) return `${counted(messages, 'vector')} of ${last.mode === 'msix' ? 'MSI-X' : 'MSI'}`;
  if (last.mode === 'intx') return 'a silent fallback to INTx';
  return failureText(last.errno ?? 'EINVAL');
}

/**
 * Functions that took events of the outcome's DeviceID before it, in the order of allocation, with how many.
 * @param most how many to tell at most
 */
export function ownersBefore(
  { first, run, order, fn }: Outcome,
  most: number,
): readonly { readonly fn: FunctionIndex; readonly events: number }[] {
  if (first.requester === undefined) return [];
  const owners = new Map<FunctionIndex, number>();
  for (const call of granters(run).get(tableKey(first.requester)) ?? []) {
    if (call.order >= order) break;
    if (call.fn === fn) continue;
    if (owners.size === most && !owners.has(call.fn)) break;
    owners.set(call.fn, call.granted);
  }
  return [...owners].map(([owner, events]) => ({ fn: owner, events }));
}

interface Granter {
  readonly fn: FunctionIndex;
  readonly granted: number;
  /** Position among all calls of the run. */
  readonly order: number;
}

const grantersOf = new WeakMap<Run, ReadonlyMap<string, readonly Granter[]>>();

/** The calls of a run that were granted messages, by the table they took them from. */
function granters(run: Run): ReadonlyMap<string, readonly Granter[]> {
  const known = grantersOf.get(run);
  if (known) return known;
  const byTable = new Map<string, Granter[]>();
  let order = 0;
  for (const { calls } of run.steps) {
    for (const { fn, granted, mode, requester } of calls) {
      const granter = { fn, granted, order };
      order += 1;
      if (requester === undefined || granted === 0 || mode === 'intx') continue;
      const key = tableKey(requester);
      const list = byTable.get(key);
      if (list) list.push(granter);
      else byTable.set(key, [granter]);
    }
  }
  grantersOf.set(run, byTable);
  return byTable;
}

/** One key per table of the machine. */
export const tableKey = ({ controller, its, deviceId }: Requester): string => `${controller} ${its} ${deviceId}`;

/** "DeviceID 0x0200". */
export const deviceIdOf = ({ first }: Outcome): string => `DeviceID ${hex(first.requester?.deviceId ?? 0)}`;
