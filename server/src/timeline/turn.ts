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

/** A turn. It holds nothing of other functions', so a boot in which it goes the same way has the same object. */
export interface Turn {
  readonly fn: FunctionIndex;
  /** When it came. Their tables go on changing: only what is not in them is of that moment. */
  readonly controllers: MachineState['controllers'];
  /** Linux interrupt numbers it has taken. */
  readonly irqNumbers: number;
  readonly calls: readonly Call[];
  /** As they were when it was first served; LPIs have moved up by `shift` since. */
  readonly effects: readonly Effect[];
  readonly shift: number;
  /** The function when it was over. */
  readonly own: FunctionState | undefined;
  /** The bridge through whose alias it signalled. */
  readonly aliasBridge: FunctionIndex | undefined;
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
    shift: 0,
    own: after.functions.get(fn),
    aliasBridge: requester?.aliasBridge,
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

/** A turn's effects, at the LPIs that it has now. */
export function effectsOf({ effects, shift }: Pick<Turn, 'effects' | 'shift'>): readonly Effect[] {
  return shift === 0 ? effects : effects.map((effect) => shifted(effect, shift));
}

/** Linux interrupt numbers that a driver may hold in between: the most that one capability has. */
const mostInBetween = 2048;

/** A boot from which turns are taken over. */
export interface EarlierTurns {
  readonly turns: readonly Turn[];
  readonly end: MachineState;
}

/**
 * Takes over as many turns as go the same way for sure, one after the other, from number `from` to before `to`. They are appended
 * to `taken`; whoever comes next must be served.
 * @param state whose tables are open to change
 * @param isAlike whether nothing about the function of this number is different
 */
export function takeTurns(
  state: MachineState,
  { turns, end }: EarlierTurns,
  from: number,
  to: number,
  isAlike: (number: number) => boolean,
  taken: Turn[],
): MachineState {
  const [controller, other] = state.controllers;
  const [last] = end.controllers;
  const taking = controller && last && other === undefined ? beginTakeOver(controller, last) : undefined;
  const limit = irqNumberLimit(state.topology.machine) - mostInBetween;
  let { functions, irqNumbersUsed } = state;
  for (let i = from; i < to && irqNumbersUsed <= limit; i++) {
    const turn = turns[i];
    if (turn === undefined || !isAlike(i)) break;
    const { fn, own, shift } = turn;
    let moved = shift;
    if (asked(turn)) {
      const [before] = turn.controllers;
      const [after] = turns[i + 1]?.controllers ?? end.controllers;
      const requester = own?.requester;
      if (taking === undefined || requester === undefined || before === undefined || after === undefined) break;
      const by = taking.take({ requester, before, after, effects: turn.effects, shift });
      if (by === undefined) break;
      moved += by;
    }
    taken.push(moved === shift ? turn : withShift(turn, moved));
    irqNumbersUsed += turn.irqNumbers;
    if (own !== undefined) functions = functions.set(fn, own);
  }
  if (taken.length === from) return state;
  return taking === undefined
    ? { ...state, functions }
    : { ...state, functions, irqNumbersUsed, controllers: [taking.state()] };
}

/** Whether an interrupt controller was asked for anything. */
function asked({ effects, calls }: Turn): boolean {
  return effects.length > 0 || calls.some(({ requester }) => requester !== undefined);
}

function withShift(turn: Turn, shift: number): Turn {
  return { ...turn, shift, calls: turn.calls.map((call) => ({ ...call, shift })) };
}
