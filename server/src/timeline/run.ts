/** The result of running a scenario: one entry per step, with the state after it. What rules, hovers and `show` read. */
import type { Errno } from '../base/result.ts';
import type { VectorGrant } from '../controllers/controller.ts';
import type { Effect } from '../controllers/effect.ts';
import type { Expectation, MsiMode, Request, Scenario, Step } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { MachineState } from './state.ts';

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
  readonly effects: readonly Effect[];
  /** Why the step as such could not apply: an absent function, one already bound … */
  readonly refused?: { readonly rule: string; readonly message: string; readonly fn?: FunctionIndex };
  /** For `expect`: what was asserted and what was found. */
  readonly checks?: readonly ExpectationResult[];
}

/** One pci_alloc_irq_vectors call of a driver, a port service or a hot-plug controller. */
export interface Call {
  readonly fn: FunctionIndex;
  readonly by: 'driver' | 'port' | 'shpc';
  readonly request: Request;
  /** Number of the call in the function's plan, and of the rung of its ladder. */
  readonly rung: number;
  readonly granted: number;
  readonly mode: MsiMode | 'none';
  readonly errno: Errno | undefined;
  readonly vectors: readonly VectorGrant[];
  /** From requester ID to numbers, one sentence each. */
  readonly reasons: readonly Reason[];
  readonly effects: readonly Effect[];
}

/** One link of the chain that led to a number. */
export interface Reason {
  readonly text: string;
  /** Where the rule is from: "its_create_device, irq-gic-v3-its.c, 7.2". */
  readonly source?: string;
}

export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly fn: FunctionIndex | undefined;
  readonly met: boolean;
  readonly got: number | string;
  readonly reason: string;
}
