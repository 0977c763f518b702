/** What a function got in an earlier boot, taken over into this one without asking its driver and the kernel again. */
import { noEffects, type VectorRun } from '../controllers/controller.ts';
import { type Effect, shifted } from '../controllers/effect.ts';
import { takeOverFrom } from '../controllers/registry.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { StepLog } from './log.ts';
import type { Call } from './run.ts';
import { type FunctionState, irqNumberLimit, type MachineState, setFunction } from './state.ts';

/** A function's turn in an earlier boot of a machine in which nothing about it was different. */
export interface EarlierTurn {
  readonly fn: FunctionIndex;
  /** When its turn came, and when it was over; their tables are not of that moment. */
  readonly before: MachineState;
  readonly after: MachineState;
  /** When all had been served. */
  readonly end: MachineState;
  readonly calls: readonly Call[];
  readonly effects: readonly Effect[];
}

/** Linux interrupt numbers that a driver may hold in between: the most that one capability has. */
const mostInBetween = 2048;

/**
 * The state after the function's turn, and in the log what happened, as if it had been served. Undefined: it must be served, as it
 * may go another way.
 */
export function again(state: MachineState, turn: EarlierTurn, log: StepLog): MachineState | undefined {
  const { fn, before, after, end, calls, effects } = turn;
  const own = end.functions.get(fn);
  const asked = effects.length > 0 || calls.some(({ requester }) => requester !== undefined);
  if (!asked) {
    for (const call of calls) log.calls.push(call);
    return own === undefined ? state : setFunction(state, fn, own);
  }
  const [controller, other] = state.controllers;
  const [from, to, last] = [before.controllers[0], after.controllers[0], end.controllers[0]];
  if (controller === undefined || other !== undefined || !from || !to || !last || !own?.requester) return undefined;
  const irqNumbersUsed = state.irqNumbersUsed + after.irqNumbersUsed - before.irqNumbersUsed;
  if (irqNumbersUsed + mostInBetween > irqNumberLimit(state.topology.machine)) return undefined;
  const taken = takeOverFrom({ before: from, after: to, end: last, effects }, controller, own.requester);
  if (taken === undefined) return undefined;
  const moved = retell(turn, own, taken.shift, log);
  return setFunction({ ...state, controllers: [taken.state], irqNumbersUsed }, fn, moved);
}

/** Logs the turn's calls and effects with the LPIs moved; gives the function's state as it is then. */
function retell({ calls, effects }: EarlierTurn, own: FunctionState, shift: number, log: StepLog): FunctionState {
  if (shift === 0) {
    for (const call of calls) log.calls.push(call);
    for (const effect of effects) log.effects.push(effect);
    return own;
  }
  const first = log.effects.length;
  for (const effect of effects) log.effects.push(shifted(effect, shift));
  const moved = { ...own, vectors: shiftRuns(own.vectors, shift) };
  let at = 0;
  for (const call of calls) {
    const vectors = call.vectors === own.vectors ? moved.vectors : shiftRuns(call.vectors, shift);
    const [start] = call.effects;
    let sent = noEffects;
    if (start !== undefined) {
      // A call's effects stand together among the turn's.
      const from = effects.indexOf(start, at);
      at = from + call.effects.length;
      sent = log.effects.slice(first + from, first + at);
    }
    log.calls.push({ ...call, vectors, effects: sent, shift: call.shift + shift });
  }
  return moved;
}

function shiftRuns(runs: readonly VectorRun[], shift: number): readonly VectorRun[] {
  return runs.map((run) => ({ ...run, hwirq: run.hwirq + shift }));
}
