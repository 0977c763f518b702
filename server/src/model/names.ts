/** Who is called what: one flat scope for what makes up the machine, and small ones for types, scenarios and snapshots. */
import { never } from '../base/result.ts';
import { sameItems } from '../base/same.ts';
import type { Scope } from '../schema/types.ts';
import { elementCount, MAX_ELEMENTS } from './arrays.ts';
import { type Declaration, namesBelow } from './declare-names.ts';
import type { Declared } from './declared.ts';
import type { ModelProblem, Place } from './problem.ts';
import { withChanged } from './renewed-map.ts';
import { withArticle } from './value-text.ts';

export type { Declaration } from './declare-names.ts';

export interface Names {
  /** Controllers, ITSs, bridges, ports, endpoints, VFs and VMs, whatever the nesting and the file. */
  readonly things: ReadonlyMap<string, Declaration>;
  readonly deviceTypes: ReadonlyMap<string, Declaration>;
  readonly scenarios: ReadonlyMap<string, Declaration>;
  /** By scenario. */
  readonly snapshots: ReadonlyMap<Declared, ReadonlyMap<string, Declaration>>;
  /** The block whose numbers count where several `machine`s stand: the first. */
  readonly machine: Declared | undefined;
}

/** The names of a spec, and what is wrong with them. */
export interface CollectedNames {
  readonly top: readonly Declared[];
  readonly names: Names;
  readonly problems: readonly ModelProblem[];
}

/**
 * Collects the names of a spec in one pass. The first bearer of a name keeps it.
 * @param previous of an earlier version: where the same names are declared, only what bears them is looked at
 */
export function collectNames(top: readonly Declared[], previous?: CollectedNames): CollectedNames {
  return (previous && sameNames(top, previous)) ?? collectAll(top);
}

function collectAll(top: readonly Declared[]): CollectedNames {
  const things = new Map<string, Declaration>();
  const deviceTypes = new Map<string, Declaration>();
  const scenarios = new Map<string, Declaration>();
  const snapshots = new Map<Declared, Map<string, Declaration>>();
  const problems: ModelProblem[] = [];
  const fresh = makeFreshNames(things);
  let machine: Declared | undefined;

  const scopeOf = (scope: Scope, around: Declared): Map<string, Declaration> | undefined => {
    switch (scope) {
      case 'names':
        return things;
      case 'device-types':
        return deviceTypes;
      case 'scenarios':
        return scenarios;
      case 'snapshots':
        return inScenario(snapshots, around);
      case 'machine':
        return undefined;
      default:
        return never(scope);
    }
  };

  for (const block of top) {
    if (block.kind === 'machine') {
      if (machine === undefined) machine = block;
      else problems.push(secondMachine(block, machine));
    }
    for (const declaration of namesBelow(block)) {
      const scope = scopeOf(declaration.scope, block);
      if (scope === undefined) continue;
      if (declaration.lengths.length > 1) checkProduct(declaration, problems);
      const first = scope.get(declaration.name);
      if (first === undefined) scope.set(declaration.name, declaration);
      else problems.push(duplicate(declaration, first, scope === things ? fresh : undefined));
    }
  }
  return { top, names: { things, deviceTypes, scenarios, snapshots, machine }, problems };
}

/** The names of before, borne by what bears them now; undefined where they are not the same ones, or something was wrong. */
function sameNames(
  top: readonly Declared[],
  { top: topBefore, names, problems }: CollectedNames,
): CollectedNames | undefined {
  if (problems.length > 0 || top.length !== topBefore.length) return undefined;
  const changed: Declaration[] = [];
  for (const [i, block] of top.entries()) {
    const before = topBefore[i];
    if (block === before) continue;
    if (before === undefined || block.kind !== before.kind || block.kind === 'machine') return undefined;
    const [now, then] = [namesBelow(block), namesBelow(before)];
    if (now.length !== then.length) return undefined;
    for (const [j, declaration] of now.entries()) {
      const old = then[j];
      if (declaration === old) continue;
      if (old === undefined || declaration.scope !== 'names' || !alike(declaration, old)) return undefined;
      changed.push(declaration);
    }
  }
  return { top, names: { ...names, things: withChanged(names.things, changed) }, problems };
}

const alike = (a: Declaration, b: Declaration): boolean =>
  a.name === b.name && a.scope === b.scope && sameItems(a.lengths, b.lengths);

function inScenario(snapshots: Map<Declared, Map<string, Declaration>>, scenario: Declared) {
  const known = snapshots.get(scenario);
  if (known !== undefined) return known;
  const made = new Map<string, Declaration>();
  snapshots.set(scenario, made);
  return made;
}

function duplicate(
  { name, decl }: Declaration,
  first: Declaration,
  fresh: ((name: string) => string) | undefined,
): ModelProblem {
  const kind = first.decl.kind ?? 'block';
  const replacement = decl.node.name?.quoted === false ? fresh?.(name) : undefined;
  return {
    rule: 'duplicate-node-id',
    at: namePlace(decl),
    message: `${name} is already the name of ${kind === decl.kind ? `another ${kind}` : withArticle(kind)}`,
    related: [{ at: namePlace(first.decl), message: `${name} is first declared here` }],
    facts: { name },
    ...(replacement === undefined ? {} : { replacement }),
  };
}

/** The name itself, without its indexes. */
export function namePlace(decl: Declared): Place {
  const { name } = decl.node;
  if (name === undefined) return { decl, part: 'kind' };
  return { decl, span: { from: name.span.from, to: name.indexes[0]?.span.from ?? name.span.to } };
}

function checkProduct({ decl, lengths }: Declaration, problems: ModelProblem[]) {
  const elements = lengths.reduce((product, length) => product * length, 1);
  // A block without an array of its own has as many elements as the block around it.
  if (elementCount(lengths) === elements || decl.indexes.length === 0) return;
  problems.push({
    rule: 'limit-exceeded',
    at: { decl, part: 'name' },
    message: `Elements of nested arrays (${lengths.join(' × ')}): ${elements} is over the limit of ${MAX_ELEMENTS}; the rest is checked`,
    facts: { elements, limit: MAX_ELEMENTS },
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
