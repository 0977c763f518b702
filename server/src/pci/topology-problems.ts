import type { PciProblem } from './problem.ts';
import type { Topology } from './topology.ts';
export function topologyProblems(_topology: Topology): readonly PciProblem[] {
  return [];
}
