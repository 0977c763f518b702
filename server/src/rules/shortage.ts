/** Why a call had fewer vectors than it wanted, and which rule speaks of it. */
import { type Intervals, noIntervals, size } from '../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import {
  countVectors,
  type FunctionState,
  functionState,
  irqNumberLimit,
  isPresent,
  type MachineState,
} from '../timeline/state.ts';
import { deviceOf, type Outcome, tableKey } from './outcomes.ts';

/** What a shortage was a shortage of. `lpi-block`: the table was made with fewer LPIs than events. */
export type Shortage = 'events' | 'lpis' | 'lpi-block' | 'irq-numbers' | 'spis';

/** Why fewer vectors were had than wanted; undefined when nothing was short. */
export function shortageOf(outcome: Outcome): Shortage | undefined {
  const { first, messages, wanted, step, before, made } = outcome;
  const { requester } = first;
  if (requester === undefined || messages >= wanted || gaveBack(outcome) || isWrong(outcome)) return undefined;
  if (outcome.calls.some(({ effects }) => effects.some(({ does }) => does === 'no-lpis'))) return 'lpis';
  const { machine } = before.topology;
  if (before.controllers[requester.controller]?.type === 'gicv2m') return 'spis';
  const table = tableOf(outcome);
  if (table === undefined) return undefined;
  const missing = wanted - messages;
  const areNumbersShort = step.state.irqNumbersUsed + missing > irqNumberLimit(machine);
  if (made) {
    if (table.lpiCount < wanted) return table.lpiCount < table.lpisRequested ? 'lpi-block' : 'events';
    return areNumbersShort ? 'irq-numbers' : undefined;
  }
  if (table.lpiCount < table.lpisRequested) return 'lpi-block';
  const isRoomLeft = table.lpiCount - size(table.used) >= missing;
  return isRoomLeft && areNumbersShort ? 'irq-numbers' : 'events';
}

/** Nothing was short: a port that cannot use the vectors it got frees them and takes its line. */
const gaveBack = ({ messages, calls }: Outcome): boolean =>
  messages === 0 && calls.some(({ granted, mode }) => granted > 0 && mode !== 'intx');

/** Nothing was short: entries that the table does not have, or that stand in the list twice. */
const isWrong = ({ last }: Outcome): boolean => last.errno === 'ERANGE' || last.errno === 'EINVAL';

/** The table an outcome's calls found or made. */
export interface Table {
  readonly lpiCount: number;
  readonly lpisRequested: number;
  readonly createdBy: FunctionIndex;
  /** Events taken when the step was over. */
  readonly used: Intervals;
}

/** The table as the calls had it, even when it went with the probe that failed; undefined when there was none. */
export function tableOf(outcome: Outcome): Table | undefined {
  const { made, fn, step, before } = outcome;
  const now = deviceOf(step.state, outcome);
  if (made === undefined) return now ?? deviceOf(before, outcome);
  const { lpiCount, lpisRequested } = made;
  return { lpiCount, lpisRequested, createdBy: fn, used: now?.used ?? noIntervals };
}

/**
 * Events that were free when the call came. MSI-X maps all it finds before it misses one, so its first attempt says; for a
 * block of MSI messages it is what the step ends with, and what the call itself took.
 */
export function freeEventsAt({ first, messages }: Outcome, table: Table): number {
  if (first.request.mode !== 'msix') return table.lpiCount - size(table.used) + messages;
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
 * function made with fewer events than wanted here; `kept`: and that one holds no vectors any more; `fragmented`: enough events, but no aligned run.
 */
export type EventShortage = 'plain' | 'left-behind' | 'inherited' | 'small' | 'kept' | 'fragmented';

/** Undefined when events are not what was short. */
export function eventShortageOf(outcome: Outcome): EventShortage | undefined {
  if (shortageOf(outcome) !== 'events') return undefined;
  const { step, before, first, wanted } = outcome;
  const op = step.step?.op;
  const isSameDriver = op === 'probe' || op === 'enable';
  const found = isSameDriver || op === 'plug' ? deviceOf(before, outcome) : undefined;
  const isOwn = found?.createdBy === outcome.fn;
  if (found && (isSameDriver || isOwn) && leakedEvents(outcome) > 0) return 'left-behind';
  if (found && op === 'plug' && !isOwn && (!isPresent(before, found.createdBy) || leakedEvents(outcome) > 0)) {
    return 'inherited';
  }
  const table = tableOf(outcome);
  if (table === undefined) return 'plain';
  if (table.lpiCount < wanted && isMadeByAnother(outcome, table)) return isKept(before, table) ? 'kept' : 'small';
  if (first.request.mode !== 'msi') return 'plain';
  const isEnough = freeEventsAt(outcome, table) >= wanted;
  return isEnough && roundUpToPowerOfTwo(wanted) <= table.lpiCount ? 'fragmented' : 'plain';
}

/** In 7.2 a function that freed its vectors keeps the domain, and with it the table, until its driver goes. */
function isKept(before: MachineState, { createdBy }: Table): boolean {
  const { driver, domain, vectors } = functionState(before, createdBy);
  return (
    before.topology.machine.rules === '7.2' && driver !== undefined && domain !== undefined && vectors.length === 0
  );
}

/** A bridge that made the table with its own message is another finding's: `devid-collides-with-bridge-own-msi`. */
const isMadeByAnother = ({ fn, first }: Outcome, { createdBy }: Table): boolean =>
  createdBy !== fn && createdBy !== first.requester?.aliasBridge;

/** Events of the outcome's table that are taken although no function holds them: what freed MSI blocks left behind. */
export function leakedEvents(outcome: Outcome): number {
  const { requester } = outcome.first;
  const { state } = outcome.step;
  const device = deviceOf(state, outcome);
  if (device === undefined || requester === undefined) return 0;
  return size(device.used) - (heldByTable(state).get(tableKey(requester)) ?? 0);
}

const heldIn = new WeakMap<MachineState, ReadonlyMap<string, number>>();

/** Events that present vectors keep taken, by table. */
function heldByTable(state: MachineState): ReadonlyMap<string, number> {
  const known = heldIn.get(state);
  if (known) return known;
  const held = new Map<string, number>();
  for (const owner of state.functions.values()) {
    if (owner.requester === undefined || owner.vectors.length === 0) continue;
    const key = tableKey(owner.requester);
    held.set(key, (held.get(key) ?? 0) + reserved(owner));
  }
  heldIn.set(state, held);
  return held;
}

/** Events that a function's vectors keep taken: a block of MSI messages is a power of two long. */
const reserved = ({ mode, vectors }: FunctionState): number =>
  mode === 'msi' ? roundUpToPowerOfTwo(countVectors(vectors)) : countVectors(vectors);
