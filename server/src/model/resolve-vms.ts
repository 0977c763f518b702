/** VMs, and the functions assigned to them. */
import { lengthOf } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { Vm } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { nameSite, type ReferenceContext, resolveReference } from './references.ts';
import { kernelOf } from './resolve-machine.ts';

/** A VM; what is wrong with its kernel and with the names it is assigned is added to `problems`. */
export function resolveVm(decl: Declared, references: ReferenceContext, problems: ModelProblem[]): Vm {
  kernelOf(decl, problems);
  const count = lengthOf(decl);
  for (const child of decl.children) {
    if (child.kind === 'assign') checkAssign(child, decl, count ?? 1, references, problems);
  }
  return { decl, name: decl.name, count };
}

/** Each VM of an array gets the element in its place among those named. */
function checkAssign(
  decl: Declared,
  vm: Declared,
  vms: number,
  references: ReferenceContext,
  problems: ModelProblem[],
) {
  const site = nameSite(decl);
  if (site === undefined) return;
  const resolved = resolveReference(site, ['endpoint', 'vf'], references);
  if (resolved.is === 'nothing' && resolved.problem !== undefined) problems.push(resolved.problem);
  if (resolved.is !== 'thing' || resolved.numbers.length >= vms) return;
  const elements = resolved.numbers.length === 1 ? 'is one' : `has ${resolved.numbers.length} elements`;
  problems.push({
    rule: 'index-out-of-range',
    at: { decl, part: 'name' },
    message: `${site.text} ${elements} here; each of the ${vms} elements of ${vm.name ?? 'the vm'} needs its own`,
    related: [{ at: { decl: vm, part: 'header' }, message: `${vms} VMs are declared here` }],
    facts: { name: site.text, elements: resolved.numbers.length, needed: vms },
  });
}
