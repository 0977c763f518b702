/** The `assign` block a finding is about. */
import type { Assignment, Vm } from '../model/machine.ts';
import type { Finding } from '../rules/rule.ts';
import { assignedTo } from '../timeline/guests/assigned.ts';
import type { FixContext } from './context.ts';
import { declOf } from './places.ts';

export interface FoundAssignment {
  readonly vm: Vm;
  readonly assignment: Assignment;
}

/** The assignment that a finding points at, or else that of its first function. */
export function assignmentAt(finding: Finding, { machine, topology }: FixContext): FoundAssignment | undefined {
  const decl = declOf(finding);
  for (const vm of machine.vms) {
    const assignment = vm.assignments.find((one) => one.decl === decl);
    if (assignment !== undefined) return { vm, assignment };
  }
  const [fn] = finding.functions ?? [];
  const assigned = fn === undefined ? undefined : assignedTo(topology, fn);
  return assigned && { vm: assigned.guest.vm, assignment: assigned.assignment };
}
