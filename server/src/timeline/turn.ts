/** One function's turn at boot: what it met, what it did, and doing the same again in a later boot. */
import type { Effect } from '../controllers/effect.ts';
import { shifted } from '../controllers/effect.ts';
import { beginTakeOver } from '../controllers/registry.ts';
import type { FunctionIndex } from '../pci/topology.ts';
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
}

/** What a turn has done to `before`, given its own log. */
export function turnOf(
  fn: FunctionIndex,
  before: MachineState,
  after: MachineState,
  { calls, effects }: StepLog,
): Turn {
  return {
    fn,
    controllers: before.controllers,
    irqNumbers: after.irqNumbersUsed - before.irqNumbersUsed,
    calls,
    effects,
    shift: 0,
    own: after.functions.get(fn),
    aliasBridge: calls.find(({ requester }) => requester !== undefined)?.requester?.aliasBridge,
  };
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
