/** The schema's tables joined, and the look-ups in them. Each is one step in a Map. */
import { bridgeKinds } from './bridges.ts';
import { controllerKinds } from './controllers.ts';
import { endpointKinds } from './endpoints.ts';
import { expectKinds } from './expect.ts';
import { hostBridgeKinds } from './host-bridge.ts';
import { machineKinds } from './machine.ts';
import { scenarioKinds } from './scenarios.ts';
import type { Keyword, KindSchema, Parent, PropertySchema, ValueType } from './types.ts';
import { BUS_KINDS } from './values.ts';
import { vmKinds } from './vms.ts';

export type * from './types.ts';
export { BUS_KINDS, FUNCTION_KINDS } from './values.ts';

/** All kinds, in the order of the documentation. */
export const KINDS: readonly KindSchema[] = [
  ...machineKinds,
  ...controllerKinds,
  ...hostBridgeKinds,
  ...bridgeKinds,
  ...endpointKinds,
  ...vmKinds,
  ...scenarioKinds,
  ...expectKinds,
];

/** The kind of that name; undefined when the language has none. */
export const kindOf = (word: string): KindSchema | undefined => kindsByWord.get(word);

/**
 * The property of a kind. With `type`, only when it exists for blocks of that type: `id-bits` for a `gicv3`.
 * undefined when there is none.
 */
export function propertyOf(kind: string, key: string, type?: string): PropertySchema | undefined {
  const property = propertiesByKind.get(kind)?.get(key);
  if (property?.onlyFor !== undefined && type !== undefined && !property.onlyFor.includes(type)) return undefined;
  return property;
}

/** The properties of a kind, in the order of the documentation and the formatter; of one type where it is given. */
export function propertiesOf(kind: string, type?: string): readonly PropertySchema[] {
  const properties = kindsByWord.get(kind)?.properties ?? [];
  if (type === undefined) return properties;
  return properties.filter((property) => property.onlyFor === undefined || property.onlyFor.includes(type));
}

/** The kinds that belong into a block of that kind, or to the top level. */
export const kindsAllowedIn = (parent: Parent | string): readonly KindSchema[] => childrenByParent.get(parent) ?? [];

/** Whether a block may be written there at all; `topology`: it may, but a rule will say why it does not work there. */
export function mayStandIn(kind: KindSchema, parent: Parent | string): 'yes' | 'topology' | 'no' {
  if (kind.parents.some((allowed) => allowed === parent)) return 'yes';
  return kind.alsoIn?.some((taken) => taken === parent) ? 'topology' : 'no';
}

/** A kind that stands in a scenario. */
export const isStep = (kind: string): boolean => steps.has(kind);

/** A bridge, port or expander: a kind with a secondary bus. */
export const isBus = (kind: string): boolean => buses.has(kind);

/** Every keyword a value can be, each once, in the order of first use; without `true` and `false`. */
export const keywords = (): readonly string[] => keywordList;

/** Every property key, each once, in the order of first use. */
export const propertyKeys = (): readonly string[] => keyList;

/** The words a value of that type can be, with their documentation; empty when it is none of words. */
export function wordsOf(type: ValueType): readonly Keyword[] {
  switch (type.is) {
    case 'keyword':
      return type.words;
    case 'boolean':
      return TRUTH;
    case 'range':
    case 'list':
      return wordsOf(type.of);
    case 'anyOf':
      return [...new Map(type.types.flatMap(wordsOf).map((keyword) => [keyword.word, keyword])).values()];
    default:
      return [];
  }
}

const TRUTH: readonly Keyword[] = [
  { word: 'true', doc: 'Yes.' },
  { word: 'false', doc: 'No.' },
];

const kindsByWord: ReadonlyMap<string, KindSchema> = new Map(KINDS.map((kind) => [kind.word, kind]));
const propertiesByKind: ReadonlyMap<string, ReadonlyMap<string, PropertySchema>> = new Map(
  KINDS.map((kind) => [kind.word, new Map(kind.properties.map((property) => [property.key, property]))]),
);
const parents = new Set<string>(KINDS.flatMap((kind) => kind.parents));
const childrenByParent: ReadonlyMap<string, readonly KindSchema[]> = new Map(
  [...parents].map((parent) => [parent, KINDS.filter((kind) => mayStandIn(kind, parent) === 'yes')]),
);
const steps: ReadonlySet<string> = new Set(kindsAllowedIn('scenario').map((kind) => kind.word));
const buses: ReadonlySet<string> = new Set(BUS_KINDS);
const keywordList: readonly string[] = [
  ...new Set(
    KINDS.flatMap((kind) => [
      ...(kind.name.role === 'word' ? kind.name.words : []),
      ...kind.properties.flatMap((property) => wordsOf(property.type)),
    ]).map((keyword) => keyword.word),
  ),
].filter((word) => word !== 'true' && word !== 'false');
const keyList: readonly string[] = [
  ...new Set(KINDS.flatMap((kind) => kind.properties.map((property) => property.key))),
];
