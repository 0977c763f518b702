/** Scenarios: their steps in order, with what each is about. */
import { kindOf } from '../schema/index.ts';
import type { Subject } from '../schema/types.ts';
import type { Declared } from './declared.ts';
import type { Elements, PciNode, Scenario, Step } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { nameSite, type ReferenceContext, type Resolved, resolveReference } from './references.ts';
import type { Controllers } from './resolve-controllers.ts';
import { checkSubject, resolveExpectations } from './resolve-expectations.ts';

/** What steps are resolved with. */
export interface ScenarioContext {
  readonly references: ReferenceContext;
  readonly controllers: Controllers;
  /** The function a block declares; undefined for other blocks. */
  readonly nodeOf: (decl: Declared) => PciNode | undefined;
  readonly problems: ModelProblem[];
}

export function resolveScenario(decl: Declared, context: ScenarioContext): Scenario {
  const steps: Step[] = [];
  let booted = false;
  let elsewhere = false;
  for (const child of decl.children) {
    if (child.kind === undefined) continue;
    if (child.kind === 'boot') {
      if (booted || steps.length > 0) context.problems.push(lateBoot(child, steps[0]?.decl));
      booted = true;
    }
    // After `migrate` names mean what another spec declares.
    const step: Step | undefined = elsewhere ? { op: 'later', decl: child } : resolveStep(child, context);
    if (child.kind === 'migrate') elsewhere = true;
    if (step !== undefined) steps.push(step);
  }
  return { decl, name: decl.name ?? '', steps };
}

/** Undefined for what is no step, or one whose subject is not known: that is a problem already. */
function resolveStep(decl: Declared, context: ScenarioContext): Step | undefined {
  switch (decl.kind) {
    case 'boot':
      return { op: 'boot', decl };
    case 'plug':
    case 'unplug':
    case 'probe':
    case 'remove': {
      const subjects = elementsOf(resolveSubject(decl, context), context);
      return subjects === undefined ? undefined : { op: decl.kind, decl, subjects };
    }
    case 'expect':
      return resolveExpect(decl, context);
    default: {
      const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
      if (kind?.parents.includes('scenario') !== true) return undefined;
      const resolved = kind.name.role === 'refers' ? resolveSubject(decl, context) : undefined;
      return resolved?.is === 'nothing' ? undefined : { op: 'later', decl };
    }
  }
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
  if (subject === 'function') {
    const subjects = elementsOf(resolved, context);
    return subjects === undefined ? undefined : { op: 'expect', decl, subjects, expectations };
  }
  if (subject !== 'controller' || resolved.is !== 'thing') return { op: 'later', decl };
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

function lateBoot(decl: Declared, first: Declared | undefined): ModelProblem {
  return {
    rule: 'syntax-unexpected-token',
    at: { decl, part: 'kind' },
    message:
      first?.kind === 'boot'
        ? 'Unexpected boot; a scenario boots once'
        : 'Unexpected boot; it comes first, and is implied where it is missing',
    ...(first === undefined ? {} : { related: [{ at: { decl: first, part: 'header' }, message: 'the first step' }] }),
  };
}
