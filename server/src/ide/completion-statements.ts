/** What a statement may begin with: the blocks and properties that the schema allows in a place. */
import type { Names } from '../model/names.ts';
import { describeDefault, describeValue } from '../schema/describe.ts';
import { kindsAllowedIn, propertiesOf } from '../schema/index.ts';
import type { KindSchema, PropertySchema, Subject } from '../schema/types.ts';
import type { Block } from '../syntax/tree.ts';
import { type Choice, escapeSnippet, valueSnippet } from './completion-values.ts';

/** Blocks and properties for the body of `parent`, or for the top level; only blocks where `hotplug` stands already. */
export function statementChoices(
  typed: { readonly hotplug: boolean; readonly assigned: boolean },
  parent: Block | undefined,
  names: () => Names,
): readonly Choice[] {
  const kinds = kindsIn(parent);
  if (typed.hotplug) return kinds.filter(({ takesHotplug }) => takesHotplug).map((kind) => kindChoice(kind, ''));
  const properties =
    parent === undefined
      ? []
      : missingProperties(parent, names).map((property) => propertyChoice(property, typed.assigned));
  if (typed.assigned) return properties;
  const blocks = kinds
    .filter(({ word }) => parent !== undefined || word !== 'machine' || names().machine === undefined)
    .map((kind) => kindChoice(kind, parent === undefined && kind.topLevelHotplugOnly === true ? 'hotplug ' : ''));
  const hotplug = parent !== undefined && kinds.some(({ takesHotplug }) => takesHotplug) ? [HOTPLUG] : [];
  return [...properties, ...blocks, ...hotplug, ...(parent === undefined ? [INCLUDE] : [])];
}

const HOTPLUG: Choice = {
  label: 'hotplug',
  role: 'keyword',
  doc: 'Before a bridge or endpoint: absent at boot, its address kept free, counted in no sum until plugged.',
  insert: 'hotplug ',
};

const INCLUDE: Choice = {
  label: 'include',
  role: 'keyword',
  doc: 'Takes in another file of this spec. The path counts from this file and uses `/`.',
  insert: 'include ',
  snippet: 'include "$1"$0',
};

function kindsIn(parent: Block | undefined): readonly KindSchema[] {
  const allowed = kindsAllowedIn(parent?.kind.text ?? 'top');
  const type = parent?.type?.text;
  return allowed.filter(
    ({ parentTypes }) => type === undefined || type === '' || parentTypes === undefined || parentTypes.includes(type),
  );
}

/** The properties that a block may have and does not have yet. */
function missingProperties(block: Block, names: () => Names): readonly PropertySchema[] {
  const type = block.type?.text === '' ? undefined : block.type?.text;
  const written = new Set<string>();
  for (const statement of block.body?.statements ?? [])
    if (statement.node === 'property') written.add(statement.key.text);
  const subject = block.kind.text === 'expect' ? subjectOf(block, names()) : undefined;
  return propertiesOf(block.kind.text, type).filter(
    ({ key, subjects }) =>
      !written.has(key) && (subject === undefined || subjects === undefined || subjects.includes(subject)),
  );
}

/** What an `expect` speaks of; undefined: a function, or not known. */
function subjectOf({ name }: Block, names: Names): Subject | undefined {
  if (name === undefined) return undefined;
  const kind = names.things.get(name.text)?.decl.kind;
  if (kind === undefined) return name.text === 'cpu' ? 'cpu' : undefined;
  if (kind === 'vm') return 'vm';
  return kind === 'interrupt-controller' || kind === 'its' ? 'controller' : 'function';
}

function propertyChoice(property: PropertySchema, assigned: boolean): Choice {
  const { key, doc, required } = property;
  const otherwise = describeDefault(property);
  const fallback = required ? '**Required.**' : otherwise === '' ? '' : `Default: ${otherwise}.`;
  const choice: Choice = {
    label: key,
    role: 'property',
    detail: describeValue(property.type).replaceAll('`', ''),
    doc: [doc, fallback].filter((part) => part !== '').join('\n\n'),
    insert: assigned ? key : `${key} = `,
  };
  return assigned ? choice : { ...choice, snippet: `${escapeSnippet(key)} = ${valueSnippet(property, 1)}` };
}

/** A block with places for its name, its type and what it must contain. */
function kindChoice(kind: KindSchema, before: string): Choice {
  const { word, doc } = kind;
  let stop = 0;
  const header = [`${before}${word}`];
  if (kind.name.role === 'declares' && kind.name.required) header.push(` \${${++stop}:name}`);
  if (kind.name.role === 'refers' && kind.name.required) header.push(` \${${++stop}}`);
  if (kind.name.role === 'word') header.push(` \${${++stop}|${kind.name.words.map((mode) => mode.word).join(',')}|}`);
  if (kind.type.take === 'listed' && kind.type.required) {
    if (kind.name.role === 'declares' && !kind.name.required) header.push(` \${${++stop}:name}`);
    header.push(` : \${${++stop}|${kind.type.types.map((type) => type.word).join(',')}|}`);
  }
  const needed = kind.properties
    .filter(({ required }) => required)
    .map((property) => `\t${property.key} = ${valueSnippet(property, ++stop)}\n`);
  const contains = kindsAllowedIn(word).length > 0 || needed.length > 0;
  const body = contains ? ` {\n${needed.join('')}\t$0\n}` : '$0';
  return {
    label: `${before}${word}`,
    role: 'kind',
    doc,
    insert: `${before}${word} `,
    snippet: `${header.join('')}${body}`,
  };
}
