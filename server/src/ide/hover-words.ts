/** Words of the language in a hover: their documentation from the schema and the catalogue. */
import type { Analysis } from '../analysis/analysis.ts';
import { type DeviceType, deviceType } from '../catalogue/index.ts';
import { doubtAbout, parseVersion, ruleSetOf } from '../model/versions.ts';
import { describeChildren, describeDefault, describeName, describeParents, describeValue } from '../schema/describe.ts';
import { wordsOf } from '../schema/index.ts';
import type { KindSchema, PropertySchema } from '../schema/types.ts';
import type { Block, Scalar, Value } from '../syntax/tree.ts';
import { touches } from './cursor.ts';
import { deviceTypeOf } from './names.ts';

/** A kind: what it is, where it stands, an example. */
export function kindText(kind: KindSchema): string {
  const children = describeChildren(kind);
  return paragraphs(
    `**${kind.word}** — ${kind.doc}`,
    `Stands in ${describeParents(kind)}. Name: ${describeName(kind)}.${children === undefined ? '' : ` May contain ${children}.`}`,
    fenced(kind.example),
  );
}

export const hotplugText = (): string =>
  '**hotplug** — Absent at boot; its address is kept free, and it counts in no sum until it is plugged.';

/** The mode of a `request`. */
export function modeText({ name }: KindSchema, word: string): string | undefined {
  const found = name.role === 'word' ? name.words.find((mode) => mode.word === word) : undefined;
  return found && `**${found.word}** — ${found.doc}`;
}

/** What stands behind a colon. */
export function typeText(analysis: Analysis, kind: KindSchema, type: string): string | undefined {
  if (kind.type.take === 'listed') {
    const found = kind.type.types.find(({ word }) => word === type);
    return found && `**${found.word}** — ${found.doc}`;
  }
  const own = deviceTypeOf(analysis.files, type);
  if (own !== undefined) {
    const base = own.decl.type === undefined ? '' : ` : ${own.decl.type}`;
    return paragraphs(`**${type}**${base} — a \`device-type\` of this spec`, own.decl.node.doc);
  }
  const builtIn = deviceType(type);
  return builtIn && deviceTypeText(analysis, builtIn);
}

/** A type of the catalogue: what it is, and its numbers on this machine. */
function deviceTypeText({ machine }: Analysis, type: DeviceType): string {
  const context = { ...machine, queues: undefined, hotplug: undefined };
  const msix = typeof type.msix === 'number' ? type.msix : type.msix.of(context);
  const msixWhy = typeof type.msix === 'number' ? '' : ` (${type.msix.text})`;
  const numbers = [
    msix === 0 ? '' : `MSI-X table: ${msix}${msixWhy}`,
    type.msi === 0 ? '' : `MSI messages: ${type.msi}${type.msiMaskable ? ', maskable' : ''}`,
    msix === 0 && type.msi === 0 ? 'no MSI, no MSI-X' : '',
    type.sriov === undefined ? '' : `up to ${type.sriov.totalVfs} VFs`,
    type.interface === 'either' ? '' : type.interface === 'pcie' ? 'PCI Express only' : 'conventional PCI',
  ].filter((part) => part !== '');
  return paragraphs(`**${type.name}** — ${type.doc}`, `${numbers.join('; ')}.`, type.planText, source(type.source));
}

/** A property: what it means, what it may be, what holds without it. */
export function propertyText({ machine }: Analysis, parent: Block, property: PropertySchema): string {
  const fallback = describeDefault(property);
  const rules =
    parent.kind.text === 'machine' && property.key === 'os'
      ? ` This machine follows the rules of Linux ${machine.rules}.`
      : '';
  const without = property.required ? 'Required.' : fallback === '' ? 'No default.' : `Default: ${fallback}.`;
  return paragraphs(
    `**${property.key}** — ${property.doc}${rules}`,
    `${upperFirst(describeValue(property.type))}. ${without}`,
    source(property.source),
  );
}

/** A value that is a word of the language; undefined for others. `offset` counts from the property's statement. */
export function valueText(
  { machine }: Analysis,
  property: PropertySchema,
  value: Value,
  offset: number,
): string | undefined {
  const word = wordAt(value, offset);
  if (word === undefined) return undefined;
  const known = wordsOf(property.type).find((keyword) => keyword.word === word.text);
  if (known !== undefined) return paragraphs(`**${known.word}** — ${known.doc}`, `Value of \`${property.key}\`.`);
  const version = parseVersion(word.text);
  if (version?.family !== 'linux') return undefined;
  const doubt = doubtAbout(version.version);
  return paragraphs(
    `**${word.text}** — follows the rules of Linux ${ruleSetOf(version.version)}${doubt === undefined ? '' : ` (${doubt})`}.`,
    property.key === 'os' && ruleSetOf(version.version) !== machine.rules
      ? `The machine follows Linux ${machine.rules}.`
      : '',
  );
}

function wordAt(value: Value, offset: number): Extract<Scalar, { is: 'word' }> | undefined {
  switch (value.is) {
    case 'word':
      return touches(value.span, offset) ? value : undefined;
    case 'range':
      return wordAt(value.from, offset) ?? wordAt(value.to, offset);
    case 'list':
      for (const item of value.items) {
        const found = wordAt(item, offset);
        if (found !== undefined) return found;
      }
      return undefined;
    default:
      return undefined;
  }
}

/** Markdown paragraphs; what is empty or absent is left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n\n');

const fenced = (text: string): string => `\`\`\`irqtopo\n${text}\n\`\`\``;

const source = (text: string | undefined): string | undefined => text && `*${text}*`;

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
