/** docs/reference.md: every kind, property, value and default, made from the tables of this folder. */
import { describeChildren, describeDefault, describeName, describeParents, describeValue } from './describe.ts';
import { isStep, KINDS, wordsOf } from './index.ts';
import type { Keyword, KindSchema, PropertySchema } from './types.ts';

/** The page as markdown. */
export function referencePage(): string {
  const blocks = KINDS.filter((kind) => !isStep(kind.word));
  const steps = KINDS.filter((kind) => isStep(kind.word));
  return `${[
    '<!-- Made by `npm run generate` from server/src/schema. Edit the tables there. -->',
    '# Reference',
    'Every kind of block, its properties, their values and defaults. [The language](language.md) says how blocks are written and what they mean together; [the catalogue](catalogue.md) lists the device types.',
    [contents('Blocks', blocks), contents('Steps of a scenario', steps)].join('\n'),
    ...blocks.flatMap(section),
    '## Steps of a scenario',
    '`expect` may also stand in a function, where it is asserted after `boot`.',
    ...steps.flatMap(section),
  ].join('\n\n')}\n`;
}

const contents = (title: string, kinds: readonly KindSchema[]): string =>
  `- ${title}: ${kinds.map(({ word }) => `[\`${word}\`](#${word})`).join(', ')}`;

function section(kind: KindSchema): readonly string[] {
  return [
    `${isStep(kind.word) ? '###' : '##'} ${kind.word}`,
    kind.doc,
    `\`\`\`irqtopo\n${kind.example}\n\`\`\``,
    facts(kind),
    ...types(kind),
    ...properties(kind),
  ];
}

function facts(kind: KindSchema): string {
  const children = describeChildren(kind);
  const types = kind.parentTypes === undefined ? '' : ` (${kind.parentTypes.map((type) => `\`${type}\``).join(', ')})`;
  const rows = [
    `- Stands in: ${describeParents(kind)}${types}`,
    ...(children === undefined ? [] : [`- Takes: ${children}`]),
    ...(kind.name.role === 'anonymous' ? [] : [`- Name: ${describeName(kind)}`]),
    ...deviceTypes(kind),
    ...(kind.takesAt ? ['- `at`: its device and function on the bus'] : []),
    ...(kind.takesHotplug
      ? [`- \`hotplug\` before it: absent at boot${kind.topLevelHotplugOnly ? '; required at the top level' : ''}`]
      : []),
  ];
  return rows.join('\n');
}

function deviceTypes({ type, word }: KindSchema): readonly string[] {
  if (type.take !== 'device-types') return [];
  const link = `[the catalogue](catalogue.md#${word === 'vf' || word === 'device-type' ? 'endpoint' : word})`;
  const fallback = type.default === undefined ? 'may be left out' : `\`${type.default}\` when left out`;
  return [`- Type: one of ${link}${type.declared ? ' or a `device-type` of your own' : ''}; ${fallback}`];
}

function types({ type }: KindSchema): readonly string[] {
  if (type.take !== 'listed') return [];
  return [
    table(
      ['type', 'meaning'],
      type.types.map(({ word, doc }) => [`\`${word}\``, doc]),
    ),
  ];
}

function properties(kind: KindSchema): readonly string[] {
  const twin = KINDS.find((other) => other.properties === kind.properties);
  if (kind.properties.length === 0) return [];
  if (twin !== undefined && twin !== kind) return [`Its properties are those of [\`${twin.word}\`](#${twin.word}).`];
  const restricted = kind.properties.some((property) => property.onlyFor !== undefined);
  const asserted = kind.properties.some((property) => property.subjects !== undefined);
  const head = [
    'property',
    ...(restricted ? ['for'] : asserted ? ['of'] : []),
    'value',
    ...(asserted ? [] : ['default']),
    'meaning',
  ];
  const rows = kind.properties.map((property) => [
    `\`${property.key}\``,
    ...(restricted ? [(property.onlyFor ?? []).join(', ')] : asserted ? [(property.subjects ?? []).join(', ')] : []),
    describeValue(property.type),
    ...(asserted ? [] : [describeDefault(property)]),
    meaning(property),
  ]);
  return [table(head, rows)];
}

/** The sentence, what each word means, and the source. */
function meaning({ doc, type, source }: PropertySchema): string {
  const words = type.is === 'boolean' ? [] : wordsOf(type).filter(({ word }) => word !== 'true' && word !== 'false');
  const list = words.map(({ word, doc: text }: Keyword) => `<br>\`${word}\`: ${text}`).join('');
  return `${doc}${list}${source === undefined ? '' : `<br><sub>${source}</sub>`}`;
}

/** A markdown table. Cells are markdown on one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
