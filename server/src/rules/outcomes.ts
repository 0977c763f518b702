/** What came of each call a driver planned: the view of a run that rules about vectors share. */
import { size } from '../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { Requester } from '../controllers/controller.ts';
import type { ItsDevice, ItsState } from '../controllers/gicv3-its/state.ts';
import type { Request } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { Call, Run, StepResult } from '../timeline/run.ts';
import { countVectors, type FunctionState, irqNumberLimit, isPresent, type MachineState } from '../timeline/state.ts';
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
  /** Vectors the first rung could have had: its maximum, as far as the function offers so many. */
  readonly wanted: number;
  /** Messages granted in the end; 0 for INTx and for a failure. */
  readonly messages: number;
  /** An `expect` asks for just this: then it is information. */
  readonly expected: boolean;
  /** Where a finding about it points: the step, or at boot the request. */
  readonly at: Place;
}

const outcomesOf = new WeakMap<Run, readonly Outcome[]>();

/**
 * Every planned call of the boot and of the declared scenarios, in order. The boot of a scenario is the same as the boot
 * of the file, so it is not told again.
 */
export function outcomes(context: RuleContext): readonly Outcome[] {
  const known = outcomesOf.get(context.boot);
  if (known) return known;
  const all = [context.boot, ...context.runs].flatMap((run) => ofRun(context, run));
  outcomesOf.set(context.boot, all);
  return all;
}

function ofRun(context: RuleContext, run: Run): Outcome[] {
  const out: Outcome[] = [];
  run.steps.forEach((step, number) => {
    if (run !== context.boot && (step.step === undefined || step.step.op === 'boot')) return;
    const before = run.steps[number - 1]?.state ?? step.state;
    for (const calls of planned(step.calls)) {
      const [first, last] = [calls[0], calls.at(-1)];
      if (!first || !last) continue;
      const { node, name } = at(context.topology, first.fn);
      const messages = last.mode === 'msi' || last.mode === 'msix' ? last.granted : 0;
      out.push({
        fn: first.fn,
        name,
        run,
        step,
        number,
        before,
        first,
        last,
        calls,
        wanted: wantedBy(first.request, node.capabilities),
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

/** Calls of one function's plan that belong together, ladder by ladder. */
function* planned(calls: readonly Call[]): Iterable<readonly Call[]> {
  let group: Call[] = [];
  for (const call of calls) {
    const head = group[0];
    if (head && (head.fn !== call.fn || head.call !== call.call || head.by !== call.by)) {
      yield group;
      group = [];
    }
    group.push(call);
  }
  if (group.length > 0) yield group;
}

const ownRequest = (call: Call): Request | undefined => (call.by === 'driver' ? call.request : undefined);

const wantedBy = (request: Request, { msi, msix }: { readonly msi: number; readonly msix: number }): number =>
  Math.min(request.max, request.mode === 'msix' ? msix : request.mode === 'msi' ? msi : 1);

/** The ITS device of an outcome's DeviceID in a state. */
export function deviceOf(state: MachineState, { first }: Outcome): ItsDevice | undefined {
  const { requester } = first;
  if (requester === undefined) return undefined;
  return itsStateOf(state, requester.controller)?.devices[requester.its]?.get(requester.deviceId);
}

/** The state of a GICv3, by position in the machine's controllers. */
export function itsStateOf(state: MachineState, controller: number): ItsState | undefined {
  const found = state.controllers[controller];
  return found?.type === 'gicv3' ? found : undefined;
}

/** What a shortage was a shortage of. `lpi-block`: the table was made with fewer LPIs than events. */
export type Shortage = 'events' | 'lpis' | 'lpi-block' | 'irq-numbers' | 'spis';

/** Why fewer vectors were had than wanted; undefined when nothing was short. */
export function shortageOf(outcome: Outcome): Shortage | undefined {
  const { first, messages, wanted, step, before } = outcome;
  const { requester } = first;
  if (requester === undefined || messages >= wanted) return undefined;
  if (outcome.calls.some(({ effects }) => effects.some(({ does }) => does === 'no-lpis'))) return 'lpis';
  const { machine } = before.topology;
  const controller = before.controllers[requester.controller];
  if (controller?.type === 'gicv2m') return 'spis';
  if (controller?.type !== 'gicv3') return undefined;
  const device = deviceOf(step.state, outcome);
  const isFull = device !== undefined && size(device.used) >= device.lpiCount;
  if (!isFull && step.state.irqNumbersUsed >= irqNumberLimit(machine.rules)) return 'irq-numbers';
  if (device !== undefined && device.lpiCount < device.lpisRequested) return 'lpi-block';
  return device === undefined && first.errno !== 'ENOSPC' ? undefined : 'events';
}

/** Error, unless the author asked for it: then it is information. */
export const severityOf = (outcome: Outcome, severity: Severity): Severity => (outcome.expected ? 'info' : severity);

/** How it ends for the driver, in words. */
export function endOf({ last, messages }: Outcome): string {
  if (messages > 0) return `${counted(messages, 'vector')} of ${last.mode === 'msix' ? 'MSI-X' : 'MSI'}`;
  if (last.mode === 'intx') return 'a silent fallback to INTx';
  return `-${last.errno ?? 'EINVAL'}`;
}

/** Functions that took events of the outcome's DeviceID before it, in the order of allocation, with how many. */
export function ownersBefore(outcome: Outcome): readonly { readonly fn: FunctionIndex; readonly events: number }[] {
  const { requester } = outcome.first;
  if (requester === undefined) return [];
  const owners = new Map<FunctionIndex, number>();
  for (const call of granters(outcome.run).get(tableKey(requester)) ?? []) {
    if (call.order >= orderOf(outcome)) break;
    if (call.fn !== outcome.fn) owners.set(call.fn, call.granted);
  }
  return [...owners].map(([fn, events]) => ({ fn, events }));
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
      order += 1;
      if (requester === undefined || granted === 0 || mode === 'intx') continue;
      const key = tableKey(requester);
      const granter = { fn, granted, order };
      const list = byTable.get(key);
      if (list) list.push(granter);
      else byTable.set(key, [granter]);
    }
  }
  grantersOf.set(run, byTable);
  return byTable;
}

const tableKey = ({ controller, its, deviceId }: Requester): string => `${controller} ${its} ${deviceId}`;

function orderOf(outcome: Outcome): number {
  let order = 0;
  for (const [number, { calls }] of outcome.run.steps.entries()) {
    if (number < outcome.number) order += calls.length;
    else return order + calls.indexOf(outcome.first) + 1;
  }
  return order;
}

/** "DeviceID 0x0200". */
export const deviceIdOf = ({ first }: Outcome): string => `DeviceID ${hex(first.requester?.deviceId ?? 0)}`;

/** Events of the outcome's table that are taken although no function holds them: what freed MSI blocks left behind. */
export function leakedEvents(outcome: Outcome): number {
  const { requester } = outcome.first;
  const { state } = outcome.step;
  const device = deviceOf(state, outcome);
  if (device === undefined || requester === undefined) return 0;
  let held = 0;
  for (const [, owner] of state.functions.entries()) {
    if (owner.requester && tableKey(owner.requester) === tableKey(requester)) held += reserved(owner);
  }
  return size(device.used) - held;
}

/** Events that a function's vectors keep taken: a block of MSI messages is a power of two long. */
const reserved = ({ mode, vectors }: FunctionState): number =>
  mode === 'msi' ? roundUpToPowerOfTwo(countVectors(vectors)) : countVectors(vectors);

/**
 * Events that were free when the call came. MSI-X maps all it finds before it misses one, so its first attempt says; for a
 * block of MSI messages it is what the step ends with, and what the call itself took.
 */
export function freeEventsAt({ first, messages }: Outcome, device: ItsDevice): number {
  if (first.request.mode !== 'msix') return device.lpiCount - size(device.used) + messages;
  let mapped = 0;
  for (const effect of first.effects) {
    if (effect.does === 'discard') break;
    if (effect.does === 'mapti') mapped += effect.count;
  }
  return mapped;
}

/**
 * Which rule speaks of a shortage of events: one failure is one finding, by the rule that knows most of it. `left-behind`:
 * events that freed blocks left; `inherited`: a table that somebody who is gone has sized; `small`: one that another
 * function made with fewer events than wanted here; `fragmented`: enough events, but no aligned run.
 */
export type EventShortage = 'plain' | 'left-behind' | 'inherited' | 'small' | 'fragmented';

/** Undefined when events are not what was short. */
export function eventShortageOf(outcome: Outcome): EventShortage | undefined {
  if (shortageOf(outcome) !== 'events') return undefined;
  const { step, before, first, wanted } = outcome;
  const op = step.step?.op;
  const leaked = leakedEvents(outcome) > 0;
  if (op === 'probe' && leaked) return 'left-behind';
  const inherited = deviceOf(before, outcome);
  if (op === 'plug' && inherited && (leaked || !isPresent(before, inherited.createdBy))) return 'inherited';
  const device = deviceOf(step.state, outcome);
  if (device === undefined) return 'plain';
  if (device.lpiCount < wanted && isMadeByAnother(outcome, device)) return 'small';
  if (first.request.mode !== 'msi') return 'plain';
  const isEnough = freeEventsAt(outcome, device) >= wanted;
  return isEnough && roundUpToPowerOfTwo(wanted) <= device.lpiCount ? 'fragmented' : 'plain';
}

/** A bridge that made the table with its own message is another finding's: `devid-collides-with-bridge-own-msi`. */
const isMadeByAnother = ({ fn, first }: Outcome, { createdBy }: ItsDevice): boolean =>
  createdBy !== fn && createdBy !== first.requester?.aliasBridge;
