/** VMs, and the functions assigned to them. */
import { KVM_ROUTES } from '../schema/hypervisor-tables.ts';
import { lengthOf } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { Assignment, PciNode, Version, Vm } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { nameSite, type ReferenceContext, resolveReference } from './references.ts';
import { kernelOf } from './resolve-machine.ts';
import { asBoolean, asNumber, asWord } from './values.ts';
import { parseVersion } from './versions.ts';

/** What VMs are resolved with. */
export interface VmContext {
  readonly references: ReferenceContext;
  /** The function a block declares; undefined for other blocks. */
  readonly nodeOf: (decl: Declared) => PciNode | undefined;
  readonly problems: ModelProblem[];
}

/** The VMM of a guest that says nothing of it. */
const DEFAULT_VMM: Version = { major: 10, minor: 0 };

/** A VM; what is wrong with its kernel and with the names it is assigned is added to the problems. */
export function resolveVm(decl: Declared, context: VmContext): Vm {
  const { values } = decl;
  const count = lengthOf(decl);
  const vmm = values.get('vmm');
  return {
    decl,
    name: decl.name,
    count,
    os: kernelOf(decl, context.problems),
    vmm: vmm?.is === 'word' ? parseVersion(vmm.text)?.version : DEFAULT_VMM,
    routes: asNumber(values.get('routes')) ?? KVM_ROUTES,
    interruptHypercall: asBoolean(values.get('interrupt-hypercall')) ?? false,
    autostart: asBoolean(values.get('autostart')) ?? true,
    onError: asWord(values.get('on-error'), ['ignore', 'kill']) ?? 'ignore',
    assignments: decl.children.flatMap((child) =>
      child.kind === 'assign' ? (resolveAssign(child, decl, count, context) ?? []) : [],
    ),
  };
}

/** Undefined where the name is no function: that is a problem already. */
function resolveAssign(
  decl: Declared,
  vm: Declared,
  vms: number | undefined,
  { references, nodeOf, problems }: VmContext,
): Assignment | undefined {
  const site = nameSite(decl);
  if (site === undefined) return undefined;
  const resolved = resolveReference(site, ['endpoint', 'vf'], references);
  if (resolved.is === 'nothing' && resolved.problem !== undefined) problems.push(resolved.problem);
  if (resolved.is !== 'thing') return undefined;
  const { numbers, declaration } = resolved;
  if (numbers.length < (vms ?? 1)) problems.push(tooFew(decl, vm, vms ?? 1, site.text, numbers.length));
  const node = nodeOf(declaration.decl);
  if (node === undefined) return undefined;
  const { values } = decl;
  const ims = values.get('ims');
  return {
    decl,
    node,
    numbers,
    entries: asNumber(values.get('entries')),
    flow: asWord(values.get('flow'), ['allocate-up-front', 'grow', 'dynamic']),
    ims: asNumber(ims) ?? (asBoolean(ims) === true ? 'all' : 0),
  };
}

/** Each VM of an array gets the element in its place among those named. */
function tooFew(decl: Declared, vm: Declared, vms: number, name: string, elements: number): ModelProblem {
  return {
    rule: 'index-out-of-range',
    at: { decl, part: 'name' },
    message: `${name} ${elements === 1 ? 'is one' : `has ${elements} elements`} here; each of the ${vms} elements of ${vm.name ?? 'the vm'} needs its own`,
    related: [{ at: { decl: vm, part: 'header' }, message: `${vms} VMs are declared here` }],
    facts: { name, elements, needed: vms },
  };
}
