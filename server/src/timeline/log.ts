/** What gathers while a step runs. */
import type { Effect } from '../controllers/effect.ts';
import type { Change } from './free.ts';
import type { GuestEvent } from './guests/events.ts';
import type { Call, Refusal } from './run.ts';
import type { MachineState } from './state.ts';

/** Grows as the parts of one step run; read once the step is over. */
export interface StepLog {
  readonly calls: Call[];
  readonly effects: Effect[];
  readonly refused: Refusal[];
  readonly guestEvents: GuestEvent[];
  /** Called now and then; throws to give up. */
  readonly pause: () => void;
}

/** An empty log. */
export function newLog(pause: () => void = () => undefined): StepLog {
  return { calls: [], effects: [], refused: [], guestEvents: [], pause };
}

/** Notes a change's effects and gives its state. */
export function noted(log: StepLog, change: Change): MachineState {
  for (const effect of change.effects) log.effects.push(effect);
  return change.state;
}
