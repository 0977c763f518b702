/** One step of a scenario, with what it is about. */
import { kindOf } from '../schema/index.ts';
import type { Subject } from '../schema/types.ts';
import type { Declared } from './declared.ts';
import type { Elements, EntrySpan, MigrationTarget, PciNode, Step, Vm, VmElements } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { nameSite, type ReferenceContext, type Resolved, resolveReference } from './references.ts';
import type { Controllers } from './resolve-controllers.ts';
import { checkSubject, resolveExpectations } from './resolve-expectations.ts';
import { resolveAsked } from './resolve-requests.ts';
import { asNumber, asRange, asText, asWord } from './values.ts';

/** What steps are resolved with. */
export interface ScenarioContext {
  readonly references: ReferenceContext;
  readonly controllers: Controllers;
  /** The function a block declares; undefined for other blocks. */
  readonly nodeOf: (decl: Declared) => PciNode | undefined;
  readonly vmOf: (decl: Declared) => Vm | undefined;
  readonly problems: ModelProblem[];
}

/**
 * Undefined for what is no step, or one that lacks something: that is a problem already.
 * @param target where a `migrate` leads
 */
export function resolveStep(decl: Declared, context: ScenarioContext, target?: MigrationTarget): Step | undefined {
  switch (decl.kind) {
    case 'boot':
      return { op: 'boot', decl };
    case 'snapshot':
      return decl.name === undefined ? undefined : { op: 'snapshot', decl, name: decl.name };
    case 'migrate': {
      const to = asText(decl.values.get('to'));
      return to === undefined ? undefined : { op: 'migrate', decl, to, target };
    }
    case 'expect':
      return resolveExpect(decl, context);
    case 'online':
    case 'offline': {
      const resolved = resolveSubject(decl, context);
      return resolved?.is === 'cpus' ? { op: decl.kind, decl, cpus: resolved.numbers } : undefined;
    }
    case 'start':
    case 'stop': {
      const vms = vmsOf(resolveSubject(decl, context), context);
      return vms === undefined ? undefined : { op: decl.kind, decl, vms };
    }
    default: {
      const subjects = elementsOf(resolveSubject(decl, context), context);
      return subjects === undefined ? undefined : stepOn(decl, subjects);
    }
  }
}

/** The steps whose subjects are functions. */
function stepOn(decl: Declared, subjects: readonly Elements[]): Step | undefined {
  const { values } = decl;
  switch (decl.kind) {
    case 'plug':
    case 'unplug':
    case 'probe':
    case 'remove':
    case 'disable':
      return { op: decl.kind, decl, subjects };
    case 'enable':
      return { op: 'enable', decl, subjects, asks: resolveAsked(decl) };
    case 'allocate':
    case 'free': {
      const mode = asWord(values.get('mode'), ['msix', 'ims']) ?? 'msix';
      const count = asNumber(values.get('count')) ?? 1;
      return { op: decl.kind, decl, subjects, mode, index: asNumber(values.get('index')), count };
    }
    case 'request-irq': {
      const vectors = spanOf(decl, 'vector');
      if (vectors === undefined) return undefined;
      const [cpu, pasid] = [asNumber(values.get('cpu')), asNumber(values.get('pasid'))];
      return { op: 'request-irq', decl, subjects, vectors, cpu, pasid };
    }
    case 'free-irq': {
      const vectors = spanOf(decl, 'vector');
      return vectors === undefined ? undefined : { op: 'free-irq', decl, subjects, vectors };
    }
    case 'mask':
    case 'unmask': {
      const entries = spanOf(decl, 'entry');
      return entries === undefined ? undefined : { op: decl.kind, decl, subjects, entries };
    }
    case 'set-pasid': {
      const [entry, pasid] = [asNumber(values.get('entry')), asNumber(values.get('pasid'))];
      return entry === undefined || pasid === undefined ? undefined : { op: 'set-pasid', decl, subjects, entry, pasid };
    }
    default:
      return undefined;
  }
}

/** A property that is required, as both its ends. */
function spanOf({ values }: Declared, key: string): EntrySpan | undefined {
  return asRange(values.get(key));
}

function resolveExpect(decl: Declared, context: ScenarioContext): Step | undefined {
  const { problems, controllers } = context;
  if (decl.node.name === undefined) {
    const expectations = resolveExpectations(decl, 'machine');
    checkSubject(decl, 'machine', problems);
    return { op: 'expect', decl, subjects: 'machine', expectations };
  }
  const resolved = resolveSubject(decl, context);
  if (resolved === undefined || resolved.is === 'nothing') return undefined;
  const subject = subjectOf(resolved);
  checkSubject(decl, subject, problems);
  const expectations = resolveExpectations(decl, subject);
  if (resolved.is === 'cpus') return { op: 'expect-cpu', decl, cpus: resolved.numbers, expectations };
  if (subject === 'vm') {
    const vms = vmsOf(resolved, context);
    return vms === undefined ? undefined : { op: 'expect-vm', decl, vms, expectations };
  }
  if (subject === 'function') {
    const subjects = elementsOf(resolved, context);
    return subjects === undefined ? undefined : { op: 'expect', decl, subjects, expectations };
  }
  const found = controllers.byDecl.get(resolved.declaration.decl);
  return found === undefined ? undefined : { op: 'expect-controller', decl, ...found, expectations };
}

function subjectOf(resolved: Extract<Resolved, { readonly is: 'thing' | 'cpus' }>): Subject {
  if (resolved.is === 'cpus') return 'cpu';
  switch (resolved.declaration.decl.kind) {
    case 'vm':
      return 'vm';
    case 'interrupt-controller':
    case 'its':
      return 'controller';
    default:
      return 'function';
  }
}

/** What the name of a step refers to; undefined where it is missing. */
function resolveSubject(decl: Declared, { references, problems }: ScenarioContext): Resolved | undefined {
  const site = nameSite(decl);
  const name = decl.kind === undefined ? undefined : kindOf(decl.kind)?.name;
  if (site === undefined || name?.role !== 'refers') return undefined;
  const resolved = resolveReference(site, name.to, references);
  if (resolved.is === 'nothing' && resolved.problem !== undefined) problems.push(resolved.problem);
  return resolved;
}

function elementsOf(resolved: Resolved | undefined, { nodeOf }: ScenarioContext): readonly Elements[] | undefined {
  if (resolved?.is !== 'thing') return undefined;
  const node = nodeOf(resolved.declaration.decl);
  return node === undefined ? undefined : [{ node, numbers: resolved.numbers }];
}

function vmsOf(resolved: Resolved | undefined, { vmOf }: ScenarioContext): VmElements | undefined {
  if (resolved?.is !== 'thing') return undefined;
  const vm = vmOf(resolved.declaration.decl);
  return vm === undefined ? undefined : { vm, numbers: resolved.numbers };
}
