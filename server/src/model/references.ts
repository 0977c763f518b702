/** From a name as written to what bears it, and to the elements its indexes pick. */
import { BUS_KINDS, kindOf, propertiesOf } from '../schema/index.ts';
import type { Referable } from '../schema/types.ts';
import type { Index, Scalar, Span } from '../syntax/tree.ts';
import { type Picked, pick } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { Declaration, Names } from './names.ts';
import { namePlace } from './names.ts';
import type { Speller } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { propertyOf } from './source-map.ts';
import { either, withArticle } from './value-text.ts';

/** A name where it refers. Spans count from the start of the statement of `decl`. */
export interface ReferenceSite {
  /** The block it stands in. */
  readonly decl: Declared;
  readonly text: string;
  /** The name without its indexes. */
  readonly span: Span;
  readonly indexes: readonly Index[];
}

export type Resolved =
  | { readonly is: 'thing'; readonly declaration: Declaration; readonly numbers: readonly number[] }
  | { readonly is: 'cpus'; readonly numbers: readonly number[] }
  /** `problem` is absent where the name may be declared in a file that could not be read. */
  | { readonly is: 'nothing'; readonly problem?: ModelProblem };

export interface ReferenceContext {
  readonly names: Names;
  readonly speller: Speller;
  /** False: a file is missing, so that an unknown name is no finding. */
  readonly whole: boolean;
  /** CPUs that could come online: cpu[0] … */
  readonly possibleCpus: number;
}

/** The name behind the KIND of a block that refers. */
export function nameSite(decl: Declared): ReferenceSite | undefined {
  const { name } = decl.node;
  if (name === undefined || name.text === '') return undefined;
  const span = { from: name.span.from, to: name.indexes[0]?.span.from ?? name.span.to };
  return { decl, text: name.text, span, indexes: name.indexes };
}

/** A name as the value of a property: `msi-parent = its0`. */
export function valueSite(decl: Declared, key: string): ReferenceSite | undefined {
  const value = decl.values.get(key);
  const found = propertyOf(decl.node, key);
  if (found === undefined || (value?.is !== 'word' && value?.is !== 'string')) return undefined;
  return scalarSite(decl, value, found.start);
}

function scalarSite(
  decl: Declared,
  value: Extract<Scalar, { readonly is: 'word' | 'string' }>,
  start: number,
): ReferenceSite {
  const written = value.is === 'word' ? value.indexes : [];
  const indexes = written.map((index) => ({
    ...index,
    span: { from: index.span.from + start, to: index.span.to + start },
  }));
  const span = { from: value.span.from + start, to: indexes[0]?.span.from ?? value.span.to + start };
  return { decl, text: value.text, span, indexes };
}

/** What a name refers to, which must be of one of the kinds `to`. */
export function resolveReference(site: ReferenceSite, to: readonly Referable[], context: ReferenceContext): Resolved {
  const { names, whole, possibleCpus } = context;
  const declaration = names.things.get(site.text);
  // `cpu` is no reserved word: a thing of that name comes first, where a thing may stand.
  const cpus = site.text === 'cpu' && to.includes('cpu') && (declaration === undefined || to.length === 1);
  if (cpus) {
    const picked = pick([possibleCpus], site.indexes);
    return picked.ok
      ? { is: 'cpus', numbers: picked.numbers }
      : { is: 'nothing', problem: outOfRange(site, picked, undefined) };
  }
  if (declaration === undefined) {
    const other = names.deviceTypes.get(site.text) ?? names.scenarios.get(site.text);
    if (other !== undefined) return { is: 'nothing', problem: wrongKind(site, other, to, context) };
    return whole ? { is: 'nothing', problem: unresolved(site, to, context) } : { is: 'nothing' };
  }
  const kind = declaration.decl.kind;
  if (!to.some((allowed) => allowed === kind)) {
    return { is: 'nothing', problem: wrongKind(site, declaration, to, context) };
  }
  const picked = pick(declaration.lengths, site.indexes);
  return picked.ok
    ? { is: 'thing', declaration, numbers: picked.numbers }
    : { is: 'nothing', problem: outOfRange(site, picked, declaration) };
}

/** Every name that refers to something declared, with what it refers to, in file order. */
export function* referencesBelow(
  decl: Declared,
  names: Names,
): Iterable<{ readonly site: ReferenceSite; readonly to: Declaration }> {
  const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
  if (kind !== undefined) {
    const site = kind.name.role === 'refers' ? nameSite(decl) : undefined;
    const to = site === undefined ? undefined : names.things.get(site.text);
    if (site !== undefined && to !== undefined) yield { site, to };
    const typed =
      kind.type.take === 'device-types' && decl.type !== undefined ? names.deviceTypes.get(decl.type) : undefined;
    const typeSpan = decl.node.type?.span;
    if (typed !== undefined && typeSpan !== undefined) {
      yield { site: { decl, text: typed.name, span: typeSpan, indexes: [] }, to: typed };
    }
    for (const property of propertiesOf(kind.word)) {
      if (property.type.is !== 'reference' || !decl.values.has(property.key)) continue;
      const value = valueSite(decl, property.key);
      const target = value === undefined ? undefined : names.things.get(value.text);
      if (value !== undefined && target !== undefined) yield { site: value, to: target };
    }
  }
  for (const child of decl.children) {
    yield* referencesBelow(child, names);
    // What follows is looked up in another spec.
    if (child.kind === 'migrate') break;
  }
}

function unresolved(site: ReferenceSite, to: readonly Referable[], context: ReferenceContext): ModelProblem {
  const near = nearestOf(site, to, context);
  const what = describeReferables(to);
  const nothing = what.length > MAX_DESCRIPTION ? `Nothing is named ${site.text}` : `No ${what} named ${site.text}`;
  return {
    rule: 'unresolved-reference',
    at: { decl: site.decl, span: site.span },
    message: `${nothing}${near === undefined ? '' : `; did you mean ${near}?`}`,
    facts: { name: site.text },
    ...(near === undefined ? {} : { replacement: near }),
  };
}

function wrongKind(
  site: ReferenceSite,
  found: Declaration,
  to: readonly Referable[],
  context: ReferenceContext,
): ModelProblem {
  const near = nearestOf(site, to, context);
  const kind = found.decl.kind ?? 'block';
  return {
    rule: 'wrong-kind-of-reference',
    at: { decl: site.decl, span: site.span },
    message: `${site.text} is ${withArticle(kind)}; ${withArticle(describeReferables(to))} is needed`,
    related: [{ at: namePlace(found.decl), message: `${site.text} is declared here` }],
    facts: { name: site.text, kind },
    ...(near === undefined ? {} : { replacement: near }),
  };
}

/** The nearest name that would do here. */
function nearestOf(site: ReferenceSite, to: readonly Referable[], { names, speller }: ReferenceContext) {
  const near = speller(to.join(' '), site.text, function* () {
    for (const { name, decl } of names.things.values()) if (to.some((kind) => kind === decl.kind)) yield name;
    if (to.includes('cpu')) yield 'cpu';
  });
  return near === undefined || /^[A-Za-z_][A-Za-z0-9_-]*(\.[0-9]+)*$/.test(near) ? near : JSON.stringify(near);
}

function outOfRange(
  site: ReferenceSite,
  picked: Extract<Picked, { readonly ok: false }>,
  declaration: Declaration | undefined,
): ModelProblem {
  const index = site.indexes[picked.position];
  const { length } = picked;
  const name =
    site.text +
    site.indexes
      .slice(0, picked.position)
      .map(() => '[…]')
      .join('');
  const related =
    declaration === undefined ? [] : [{ at: namePlace(declaration.decl), message: `${site.text} is declared here` }];
  const problem = {
    rule: 'index-out-of-range',
    at: { decl: site.decl, span: index?.span ?? site.span },
    facts: { name: site.text, elements: length ?? 1 },
    ...(related.length === 0 ? {} : { related }),
  } as const;
  if (length === undefined || index === undefined) {
    return { ...problem, message: `${name} is one thing, no array; it takes no index`, replacement: '' };
  }
  const elements = length === 1 ? '1 element, 0' : `${length} elements, 0..${length - 1}`;
  if (index.from > index.to) {
    return { ...problem, message: `A range goes from low to high, got ${index.from}..${index.to}` };
  }
  const to = Math.min(index.to, length - 1);
  const from = Math.min(index.from, to);
  return {
    ...problem,
    message: `${name} has ${elements}`,
    replacement: index.range ? `[${from}..${to}]` : `[${to}]`,
  };
}

/** Characters of a list of kinds beyond which it tells less than it hides. */
const MAX_DESCRIPTION = 32;

/** "endpoint or bridge" rather than each kind of bridge. */
function describeReferables(to: readonly Referable[]): string {
  const bridges = new Set<string>(BUS_KINDS);
  const others = to.filter((kind) => !bridges.has(kind));
  return either(others.length === to.length ? to : [...others, 'bridge']);
}
