/** One function's turn at boot: what it met, what it did, and doing the same again in a later boot. */
import type { Requester } from '../controllers/controller.ts';
import type { Effect } from '../controllers/effect.ts';
import { shifted } from '../controllers/effect.ts';
import { itsDevice } from '../controllers/gicv3-its/index.ts';
import { beginTakeOver } from '../controllers/registry.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { endOfLadder, messagesOf, wantedBy } from './ladder.ts';
import type { StepLog } from './log.ts';
import type { Call } from './run.ts';
import { type FunctionState, irqNumberLimit, type MachineState } from './state.ts';

/**
 * A turn, with numbers as they were when it was first served. It holds nothing of other functions', so a boot in which it goes
 * the same way has the same object, and only says how far its LPIs have moved up ({@link Turns}).
 */
export interface Turn {
  readonly fn: FunctionIndex;
  /** When it came. Their tables go on changing: only what is not in them is of that moment. */
  readonly controllers: MachineState['controllers'];
  /** Linux interrupt numbers it has taken. */
  readonly irqNumbers: number;
  readonly calls: readonly Call[];
  readonly effects: readonly Effect[];
  /** Who asked an interrupt controller for something; undefined: nothing was asked of any. */
  readonly requester: Requester | undefined;
  /** The function when it was over. */
  readonly own: FunctionState | undefined;
  readonly had: Had;
}

/** What a driver had, as far as it is of interest whether anything went wrong. */
export interface Had {
  /** As many messages as it could have of each call, and no table with fewer LPIs than asked for. */
  readonly all: boolean;
  /** LPIs of the largest table it made. */
  readonly mostLpis: number;
  /** Its DeviceID's table is marked shared. */
  readonly sharesTable: boolean;
}

/** What a turn has done to `before`, given its own log. */
export function turnOf(
  fn: FunctionIndex,
  before: MachineState,
  after: MachineState,
  { calls, effects }: StepLog,
): Turn {
  const requester = calls.find((call) => call.requester !== undefined)?.requester;
  return {
    fn,
    controllers: before.controllers,
    irqNumbers: after.irqNumbersUsed - before.irqNumbersUsed,
    calls,
    effects,
    requester,
    own: after.functions.get(fn),
    had: {
      all: hadAll(after, fn, calls, effects),
      mostLpis: mostLpis(effects),
      sharesTable: sharesTable(after, requester),
    },
  };
}

function hadAll(
  { topology }: MachineState,
  fn: FunctionIndex,
  calls: readonly Call[],
  effects: readonly Effect[],
): boolean {
  const node = topology.functions[fn]?.node;
  if (node === undefined) return false;
  for (let from = 0, to = 0; from < calls.length; from = to) {
    to = endOfLadder(calls, from);
    const [first, last] = [calls[from], calls[to - 1]];
    if (first === undefined || last === undefined) return false;
    if (messagesOf(last) < wantedBy(first.request, node.capabilities, topology.machine.possibleCpus)) return false;
  }
  return effects.every((effect) => effect.does !== 'mapd' || effect.lpiCount === effect.lpisRequested);
}

function mostLpis(effects: readonly Effect[]): number {
  let most = 0;
  for (const effect of effects) if (effect.does === 'mapd') most = Math.max(most, effect.lpiCount);
  return most;
}

function sharesTable({ controllers }: MachineState, requester: Requester | undefined): boolean {
  const controller = requester && controllers[requester.controller];
  if (requester === undefined || controller?.type !== 'gicv3') return false;
  return itsDevice(controller, requester.its, requester.deviceId)?.shared === true;
}

/** Turns one after the other, and how far the LPIs of each have moved up since it was first served. */
export interface Turns {
  readonly turns: readonly Turn[];
  readonly shifts: readonly number[];
}

/** All calls of the turns, with what tells their numbers. */
export function callsOf({ turns, shifts }: Turns): readonly Call[] {
  const all: Call[] = [];
  turns.forEach(({ calls }, i) => {
    const shift = shifts[i] ?? 0;
    for (const call of calls) all.push(shift === 0 ? call : { ...call, shift });
  });
  return all;
}

/** All effects of the turns, at the LPIs they have now. */
export function effectsOf({ turns, shifts }: Turns): readonly Effect[] {
  return turns.flatMap(({ effects }, i) => shiftedEffects({ effects, shift: shifts[i] ?? 0 }));
}

/** The effects of a call, at the LPIs it has now. */
export function shiftedEffects({ effects, shift }: Pick<Call, 'effects' | 'shift'>): readonly Effect[] {
  return shift === 0 ? effects : effects.map((effect) => shifted(effect, shift));
}

/** Linux interrupt numbers that a driver may hold in between: the most that one capability has. */
const mostInBetween = 2048;

/**
 * Takes over as many turns of an earlier boot as go the same way for sure, one after the other, from the number that `taken` has
 * got to, to before `to`. They are appended to `taken`; whoever comes next must be served.
 * @param state whose tables are open to change
 * @param isAlike whether nothing about the function of this number is different
 * @param isHeld whether the table of functions is the earlier boot's, which has what turns came to
 */
export function takeTurns(
  state: MachineState,
  { turns, shifts, end }: Turns & { readonly end: MachineState },
  to: number,
  isAlike: (number: number) => boolean,
  isHeld: boolean,
  taken: { readonly turns: Turn[]; readonly shifts: number[] },
): MachineState {
  const [controller, other] = state.controllers;
  const [last] = end.controllers;
  const taking = controller && last && other === undefined ? beginTakeOver(controller, last) : undefined;
  if (taking === undefined) return state;
  const from = taken.turns.length;
  const limit = irqNumberLimit(state.topology.machine) - mostInBetween;
  let { functions, irqNumbersUsed } = state;
  for (let i = from; i < to && irqNumbersUsed <= limit; i++) {
    const turn = turns[i];
    if (turn === undefined || !isAlike(i)) break;
    const { fn, own, requester, effects } = turn;
    let shift = shifts[i] ?? 0;
    if (requester !== undefined) {
      const [before] = turn.controllers;
      const [after] = turns[i + 1]?.controllers ?? end.controllers;
      if (own?.requester === undefined || before === undefined || after === undefined) break;
      const moved = taking.take({ requester, before, after, effects, shift });
      if (moved === undefined) break;
      shift += moved;
    } else if (effects.length > 0) break;
    taken.turns.push(turn);
    taken.shifts.push(shift);
    irqNumbersUsed += turn.irqNumbers;
    if (own !== undefined && !isHeld) functions = functions.set(fn, own);
  }
  if (taken.turns.length === from) return state;
  return { ...state, functions, irqNumbersUsed, controllers: [taking.state()] };
}
