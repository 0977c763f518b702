/** The result of running a scenario: one entry per step, with the state after it. What rules, hovers and `show` read. */
import type { Failure } from '../base/result.ts';
import type { Requester, VectorRun, Why } from '../controllers/controller.ts';
import type { Effect } from '../controllers/effect.ts';
import type { Expectation, MsiMode, Request, Scenario, Step } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { GuestNumber } from './guests/assigned.ts';
import type { GuestEvent } from './guests/events.ts';
import type { Migration } from './migration/migrate.ts';
import type { MachineState } from './state.ts';
import type { Turn } from './turn.ts';

export type { Reason } from '../controllers/controller.ts';

export interface Run {
  /** Undefined for the implied boot of a file without scenarios: the static check. */
  readonly scenario: Scenario | undefined;
  readonly steps: readonly StepResult[];
}

export interface StepResult {
  /** Undefined for the implied `boot`. */
  readonly step: Step | undefined;
  readonly state: MachineState;
  /** Every call made during the step, in order. */
  readonly calls: readonly Call[];
  /** Of the boot: the turns that the calls were made in. */
  readonly turns?: readonly Turn[];
  readonly effects: readonly Effect[];
  /** Why the step as such, or its part for one function, could not apply: an absent function, one already bound … */
  readonly refused: readonly Refusal[];
  /** What `expect` (a step, or in a function's body after `boot`) asserted and what was found. */
  readonly checks: readonly ExpectationResult[];
  /** What befell VMs, in order; absent: nothing. */
  readonly guestEvents?: readonly GuestEvent[];
  /** How a `migrate` went. */
  readonly migration?: Migration;
}

export interface Refusal {
  /** Id of the rule that reports it. */
  readonly rule: string;
  readonly message: string;
  readonly fn?: FunctionIndex;
  readonly vm?: GuestNumber;
  /** Nothing failed, there was only nothing to do: it is information, and the step does not count as failed. */
  readonly isHarmless?: true;
}

/** One pci_alloc_irq_vectors call of a driver, a port service or a hot-plug controller. */
export interface Call {
  readonly fn: FunctionIndex;
  readonly by: 'driver' | 'port' | 'shpc';
  readonly request: Request;
  /** Number of the call in the function's plan, and of the rung of its ladder; both from 0. */
  readonly call: number;
  readonly rung: number;
  /** Vectors the call returned; 0 when it failed. */
  readonly granted: number;
  readonly mode: MsiMode | 'none';
  readonly errno: Failure | undefined;
  readonly vectors: readonly VectorRun[];
  /** What led to the numbers, part by part; {@link callReasons} puts it into sentences. */
  readonly whys: readonly Why[];
  /** How far its LPIs have moved up since the call was first made: what whys and effects add to theirs. */
  readonly shift: number;
  /** The part of the step's effects that this call had, at the LPIs it had when first made: see `shiftedEffects`. */
  readonly effects: readonly Effect[];
  /** Who asked, as the controller saw it; undefined when the call never came that far. */
  readonly requester: Requester | undefined;
  /** The next `expect` on the function asks for just this failure or shortage, and is met. */
  readonly wanted: boolean;
}

export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly fn: FunctionIndex | undefined;
  /** The VM it is about; absent: none. */
  readonly vm?: GuestNumber;
  /** Number of the CPU it is about. */
  readonly cpu?: number;
  readonly met: boolean;
  readonly got: number | string;
  readonly reason: string;
}
