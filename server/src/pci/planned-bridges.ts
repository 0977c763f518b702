/** Whether bridges that may be hot-plugged would get bus numbers. */

import type { PciNode } from '../model/machine.ts';
import { addSubtree, type Enumeration, type Present } from './enumeration.ts';
import type { PciProblem } from './problem.ts';
import { comesWith } from './subtree.ts';
import type { Topology } from './topology.ts';

/** For each declared `hotplug` bridge whose place is there at boot: plugged alone, does it get its numbers? One problem a declaration. */
export function plannedBridgeProblems(
  topology: Topology,
  enumeration: Enumeration,
  present: Present,
): readonly PciProblem[] {
  const problems = new Map<PciNode, PciProblem>();
  for (const fn of topology.functions) {
    const { node } = fn;
    if (!node.hotplug || node.bridge === undefined || problems.has(node) || enumeration.buses.has(fn.index)) continue;
    const plugged = new Set(comesWith(topology, fn.index));
    const scan = addSubtree(enumeration, topology, fn.index, (index) => plugged.has(index) || present(index));
    if (!scan.ok) problems.set(node, scan.problem);
  }
  return [...problems.values()];
}
