/** From the declared machine to functions on their device.function. */
import type { Machine } from '../model/machine.ts';
import type { PciProblem } from './problem.ts';
import type { Topology } from './topology.ts';

export interface Placement {
  readonly topology: Topology;
  readonly problems: readonly PciProblem[];
}

/** Expands arrays and gives every function its device.function. Always gives a topology; what does not fit is left out and reported. */
export declare function placeMachine(machine: Machine): Placement;
