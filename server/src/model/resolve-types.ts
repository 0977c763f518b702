/** The types of functions: those of the catalogue, and the spec's own `device-type`s with what they are made from. */
import { type DeviceType, deviceType, deviceTypes } from '../catalogue/index.ts';
import type { Declared } from './declared.ts';
import type { PciKind } from './machine.ts';
import type { Names } from './names.ts';
import { namePlace } from './names.ts';
import type { Speller } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { either, withArticle } from './value-text.ts';
import type { Layers } from './values.ts';

/** What a type comes to: the `device-type`s of the spec, the named one first, and the type of the catalogue below them. */
export interface TypeChain {
  readonly layers: Layers;
  readonly builtIn: DeviceType | undefined;
}

export interface Types {
  /** The `device-type` blocks of the spec; the same ones mean that all types are the same. */
  readonly decls: readonly Declared[];
  /** The spec's own types by name. */
  readonly chains: ReadonlyMap<string, TypeChain>;
}

const NOTHING: TypeChain = { layers: [], builtIn: undefined };

/** The spec's own types. A base that is unknown or leads round in a circle is a problem, and counts as none. */
export function resolveTypes(names: Names, speller: Speller, whole: boolean, problems: ModelProblem[]): Types {
  const chains = new Map<string, TypeChain>();
  const circles = new Set<Declared>();
  const decls: Declared[] = [];
  for (const { name, decl } of names.deviceTypes.values()) {
    decls.push(decl);
    chains.set(name, chainOf(name, names, circles, problems));
    checkBase(decl, names, speller, whole, problems);
  }
  return { decls, chains };
}

/** What the type behind the colon of a block comes to. */
export function chainFor(decl: Declared, types: Types): TypeChain {
  if (decl.type === undefined) return NOTHING;
  const own = types.chains.get(decl.type);
  if (own !== undefined) return own;
  const builtIn = deviceType(decl.type);
  return builtIn === undefined ? NOTHING : { layers: [], builtIn };
}

/** What is wrong with the type a block names, for a function of that kind. */
export function typeProblem(
  decl: Declared,
  kinds: readonly PciKind[],
  names: Names,
  speller: Speller,
  whole: boolean,
): ModelProblem | undefined {
  const { type } = decl;
  if (type === undefined) return undefined;
  // Bridges are made of the catalogue's types alone.
  const ownAllowed = kinds.includes('endpoint') || kinds.includes('vf');
  const own = ownAllowed ? names.deviceTypes.get(type) : undefined;
  const builtIn = deviceType(type);
  if (own !== undefined && own.decl !== decl) return undefined;
  if (builtIn?.kinds.some((kind) => kinds.includes(kind)) === true) return undefined;
  const candidates = () => [
    ...(ownAllowed ? names.deviceTypes.keys() : []),
    ...kinds.flatMap((kind) => deviceTypes(kind).map(({ name }) => name)),
  ];
  const near = speller(`types of ${kinds.join(' ')}`, type, candidates);
  const at = { decl, part: 'type' } as const;
  const facts = { name: type };
  const replacement = near === undefined || near === type ? {} : { replacement: near };
  if (builtIn !== undefined) {
    const message = `${type} is a type of ${either(builtIn.kinds)}; a type of ${either(kinds)} is needed`;
    return { rule: 'wrong-kind-of-reference', at, message, facts, ...replacement };
  }
  const thing = names.things.get(type);
  if (thing !== undefined) {
    const message = `${type} is ${withArticle(thing.decl.kind ?? 'block')}; a type of ${either(kinds)} is needed`;
    const related = [{ at: namePlace(thing.decl), message: `${type} is declared here` }];
    return { rule: 'wrong-kind-of-reference', at, message, related, facts, ...replacement };
  }
  if (!whole && ownAllowed) return undefined;
  const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
  return { rule: 'unresolved-reference', at, message: `No type named ${type}${suggestion}`, facts, ...replacement };
}

/** Follows bases until one of the catalogue, or none, is reached. */
function chainOf(name: string, names: Names, circles: Set<Declared>, problems: ModelProblem[]): TypeChain {
  const layers: Declared[] = [];
  let next: string | undefined = name;
  while (next !== undefined) {
    const own: Declared | undefined = names.deviceTypes.get(next)?.decl;
    // A type with the name of one of the catalogue, based on that name, changes that one.
    const ownBase = own !== undefined && own === layers.at(-1) && deviceType(next) !== undefined;
    if (own === undefined || ownBase) return { layers, builtIn: deviceType(next) };
    if (layers.includes(own)) {
      // Told once, at the first type of the circle.
      if (!circles.has(own)) problems.push(circle(own, layers.slice(layers.indexOf(own))));
      for (const layer of layers) circles.add(layer);
      return { layers, builtIn: undefined };
    }
    layers.push(own);
    next = own.type;
  }
  return { layers, builtIn: undefined };
}

function circle(decl: Declared, layers: readonly Declared[]): ModelProblem {
  const path = [...layers, decl].map(({ name }) => name).join(' → ');
  return {
    rule: 'unresolved-reference',
    at: { decl, part: 'type' },
    message: layers.length === 1 ? `${decl.name} is its own base` : `Bases lead round in a circle: ${path}`,
    related: layers.slice(1).map((layer) => ({ at: namePlace(layer), message: 'by way of this type' })),
    facts: { name: decl.name ?? '' },
  };
}

function checkBase(decl: Declared, names: Names, speller: Speller, whole: boolean, problems: ModelProblem[]) {
  if (decl.type !== undefined && decl.type === decl.name && deviceType(decl.type) === undefined) return;
  const problem = typeProblem(decl, ['endpoint', 'vf'], names, speller, whole);
  if (problem !== undefined) problems.push(problem);
}
