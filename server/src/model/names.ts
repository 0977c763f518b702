/** Who is called what: one flat scope for what makes up the machine, and small ones for types, scenarios and snapshots. */
import { kindOf } from '../schema/index.ts';
import type { Scope } from '../schema/types.ts';
import { elementCount, lengthOf, MAX_ELEMENTS } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { ModelProblem, Place } from './problem.ts';
import { withArticle } from './value-text.ts';

/** A name and what bears it. */
export interface Declaration {
  readonly name: string;
  readonly decl: Declared;
  /** Lengths of the arrays it stands in and of its own, outermost first; empty: a single thing. */
  readonly lengths: readonly number[];
}

export interface Names {
  /** Controllers, ITSs, bridges, ports, endpoints, VFs and VMs, whatever the nesting and the file. */
  readonly things: ReadonlyMap<string, Declaration>;
  readonly deviceTypes: ReadonlyMap<string, Declaration>;
  readonly scenarios: ReadonlyMap<string, Declaration>;
  /** By scenario. */
  readonly snapshots: ReadonlyMap<Declared, ReadonlyMap<string, Declaration>>;
  /** The block whose numbers count where several `machine`s stand: the first. */
  readonly machine: Declared | undefined;
  /** Lengths of the arrays around and of each block that stands in one; others have none. */
  readonly lengthsOf: (decl: Declared) => readonly number[];
}

const NO_LENGTHS: readonly number[] = [];

/** Collects the names of a spec in one pass. The first bearer of a name keeps it. */
export function collectNames(top: readonly Declared[]): {
  readonly names: Names;
  readonly problems: readonly ModelProblem[];
} {
  const things = new Map<string, Declaration>();
  const deviceTypes = new Map<string, Declaration>();
  const scenarios = new Map<string, Declaration>();
  const snapshots = new Map<Declared, Map<string, Declaration>>();
  const inArrays = new Map<Declared, readonly number[]>();
  const problems: ModelProblem[] = [];
  const fresh = makeFreshNames(things);
  let machine: Declared | undefined;

  const add = (scope: Map<string, Declaration>, decl: Declared, name: string, lengths: readonly number[]) => {
    const first = scope.get(name);
    if (first === undefined) {
      scope.set(name, { name, decl, lengths });
      return;
    }
    const kind = first.decl.kind ?? 'block';
    const sameKind = kind === decl.kind;
    const replacement = decl.node.name?.quoted === false && scope === things ? fresh(name) : undefined;
    problems.push({
      rule: 'duplicate-node-id',
      at: namePlace(decl),
      message: `${name} is already the name of ${sameKind ? `another ${kind}` : withArticle(kind)}`,
      related: [{ at: namePlace(first.decl), message: `${name} is first declared here` }],
      facts: { name },
      ...(replacement === undefined ? {} : { replacement }),
    });
  };

  const scopeOf = (scope: Scope, around: Declared | undefined): Map<string, Declaration> | undefined => {
    switch (scope) {
      case 'names':
        return things;
      case 'device-types':
        return deviceTypes;
      case 'scenarios':
        return scenarios;
      case 'snapshots': {
        if (around === undefined) return undefined;
        const known = snapshots.get(around);
        if (known !== undefined) return known;
        const made = new Map<string, Declaration>();
        snapshots.set(around, made);
        return made;
      }
      default:
        return undefined;
    }
  };

  const visit = (decl: Declared, around: Declared | undefined, outer: readonly number[]) => {
    const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
    const declares = kind?.name.role === 'declares' ? kind.name : undefined;
    const length = declares?.count === true ? lengthOf(decl) : undefined;
    const lengths = length === undefined ? outer : [...outer, length];
    if (lengths.length > 0) inArrays.set(decl, lengths);
    if (length !== undefined && outer.length > 0) checkProduct(decl, lengths, problems);
    if (decl.kind === 'machine') {
      if (machine === undefined) machine = decl;
      else problems.push(secondMachine(decl, machine));
    }
    const scope = declares === undefined ? undefined : scopeOf(declares.scope, around);
    if (scope !== undefined && decl.name !== undefined && decl.name !== '') add(scope, decl, decl.name, lengths);
    for (const child of decl.children) visit(child, decl, lengths);
  };

  for (const decl of top) visit(decl, undefined, NO_LENGTHS);
  const lengthsOf = (decl: Declared) => inArrays.get(decl) ?? NO_LENGTHS;
  return { names: { things, deviceTypes, scenarios, snapshots, machine, lengthsOf }, problems };
}

/** The name itself, without its indexes. */
export function namePlace(decl: Declared): Place {
  const { name } = decl.node;
  if (name === undefined) return { decl, part: 'kind' };
  return { decl, span: { from: name.span.from, to: name.indexes[0]?.span.from ?? name.span.to } };
}

function checkProduct(decl: Declared, lengths: readonly number[], problems: ModelProblem[]) {
  const inner = lengths.reduce((product, length) => product * length, 1);
  if (elementCount(lengths) === inner) return;
  problems.push({
    rule: 'limit-exceeded',
    at: { decl, part: 'name' },
    message: `Elements of nested arrays (${lengths.join(' × ')}): ${inner} is over the limit of ${MAX_ELEMENTS}; the rest is checked`,
    facts: { elements: inner, limit: MAX_ELEMENTS },
  });
}

function secondMachine(decl: Declared, first: Declared): ModelProblem {
  return {
    rule: 'duplicate-node-id',
    at: { decl, part: 'header' },
    message: 'There is one machine in a spec, all files together; the first one counts',
    related: [{ at: { decl: first, part: 'header' }, message: 'the machine' }],
  };
}

/** Free names near a taken one: `nic7` for `nic3` where nic4 … nic6 are taken, too. */
function makeFreshNames(taken: ReadonlyMap<string, unknown>): (name: string) => string {
  const nextOf = new Map<string, number>();
  return (name) => {
    const [, stem = name, digits] = /^(.*?)([0-9]{1,9})?$/.exec(name) ?? [];
    let next = nextOf.get(stem) ?? (digits === undefined ? 2 : Number(digits) + 1);
    while (taken.has(`${stem}${next}`)) next++;
    nextOf.set(stem, next + 1);
    return `${stem}${next}`;
  };
}
