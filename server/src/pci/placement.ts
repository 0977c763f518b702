/** From the declared machine to functions on their device.function. */
import type { Machine } from '../model/machine.ts';
import { type ExpansionEvents, expand } from './expansion.ts';
import { conflictProblem, functionLimitProblem, isArrayOverLimit } from './placement-problems.ts';
import type { PciProblem } from './problem.ts';
import type { TreeShape } from './shape.ts';
import type { Topology } from './topology.ts';
import { topologyProblems } from './topology-problems.ts';

export interface Placement {
  readonly topology: Topology;
  readonly problems: readonly PciProblem[];
}

/** Shapes with nothing wrong in them: it is they that are checked, so the next topology of that shape need not be. */
const sound = new WeakSet<TreeShape>();

/**
 * Expands arrays and gives every function its device.function. There is always a topology: what finds no place is in
 * it, but NOWHERE; what is over the limit of 65,536 functions in a segment is not.
 * @param previous the topology of nearly the same machine: what did not change is taken from it
 */
export function placeMachine(machine: Machine, previous?: Topology): Placement {
  const problems: PciProblem[] = [];
  const events: ExpansionEvents = {
    onConflict: (conflict, owner, indexes) => problems.push(conflictProblem(conflict, owner, indexes)),
    onLimit: (segment, first) => {
      if (!isArrayOverLimit(machine, segment)) problems.push(functionLimitProblem(machine, segment, first));
    },
  };
  const topology = expand(machine, events, previous);
  if (!sound.has(topology.shape)) {
    const found = topologyProblems(topology);
    if (found.length === 0) sound.add(topology.shape);
    problems.push(...found);
  }
  return { topology, problems };
}
