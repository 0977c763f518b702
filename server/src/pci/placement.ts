/** From the declared machine to functions on their device.function. */
import type { Machine } from '../model/machine.ts';
import { expand } from './expansion.ts';
import { conflictProblem, functionLimitProblem } from './placement-problems.ts';
import type { PciProblem } from './problem.ts';
import type { Topology } from './topology.ts';
import { topologyProblems } from './topology-problems.ts';

export interface Placement {
  readonly topology: Topology;
  readonly problems: readonly PciProblem[];
}

/**
 * Expands arrays and gives every function its device.function. There is always a topology: what finds no place is in
 * it, but NOWHERE; what is over the limit of 65,536 functions in a segment is not.
 */
export function placeMachine(machine: Machine): Placement {
  const problems: PciProblem[] = [];
  const topology = expand(machine, {
    onConflict: (conflict, owner, indexes) => problems.push(conflictProblem(conflict, owner, indexes)),
    onLimit: (segment, first) => problems.push(functionLimitProblem(machine, segment, first)),
  });
  problems.push(...topologyProblems(topology));
  return { topology, problems };
}
