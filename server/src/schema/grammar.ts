/**
 * syntaxes/irqtopo.tmLanguage.json: colours for editors before, or without, the language server. Its word lists come from
 * the tables of this folder. Patterns are flat, each within a line, so a half-typed block colours nothing after it.
 */
import { isStep, KINDS, keywords, propertyKeys } from './index.ts';

const WORD = '[A-Za-z_][A-Za-z0-9_-]*(?:\\.[0-9]+)*';
const STRING = '"(?:\\\\.|[^"\\\\])*"';
const INDEXES = '(?:\\[[^\\]\\n]*\\])*';
const ADDRESS = '(?:(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:)?[01][0-9a-fA-F]\\.[0-7]';
/** Where a statement starts within its line. */
const START = '(?:^|(?<=[{;]))\\s*';
/** Not in the middle of a word or number, but well after the dots of a range. */
const BEFORE_NUMBER = '(?:(?<=\\.\\.)|(?<![\\w.:-]))';
const AFTER_NUMBER = '(?!\\w|\\.(?!\\.))';
const AFTER_WORD = '(?![\\w-])';

type Captures = Readonly<Record<string, { readonly name: string }>>;
interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly patterns?: readonly Pattern[];
}

/** The grammar as JSON text. */
export function textMateGrammar(): string {
  const grammar = {
    $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
    name: 'irqtopo',
    scopeName: 'source.irqtopo',
    fileTypes: ['irqtopo'],
    patterns: [...comments(), ...headers(), ...properties(), ...values()],
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}

function comments(): readonly Pattern[] {
  return [
    {
      name: 'comment.line.ignore.irqtopo',
      match: '//\\s*(irqtopo-ignore)\\b\\s*([A-Za-z0-9-]*)(.*)$',
      captures: captures({ 1: 'keyword.other.ignore', 2: 'entity.name.tag.rule', 3: 'comment.line' }),
    },
    { name: 'comment.line.documentation.irqtopo', match: '///.*$' },
    { name: 'comment.line.double-slash.irqtopo', match: '//.*$' },
    { name: 'comment.block.irqtopo', begin: '/\\*', end: '\\*/' },
  ];
}

/** KIND, name, TYPE, in four forms: an include, a request with its mode, a step, and any other block. */
function headers(): readonly Pattern[] {
  const kinds = KINDS.map((kind) => kind.word);
  const blocks = kinds.filter((kind) => !isStep(kind) && kind !== 'request');
  const modes = KINDS.flatMap(({ name }) => (name.role === 'word' ? name.words.map(({ word }) => word) : []));
  const name = `(?:\\s+(?!at\\s+${ADDRESS})(${STRING}|${WORD})(${INDEXES}))?`;
  const type = `(?:\\s*(:)\\s*(${WORD})?)?`;
  const notProperty = `${AFTER_WORD}(?!\\s*=)`;
  return [
    { match: `${START}(include)(?=\\s*")`, captures: captures({ 1: 'keyword.control.import' }) },
    {
      match: `${START}(request)${notProperty}(?:\\s+(${oneOf(modes)})${AFTER_WORD})?`,
      captures: captures({ 1: 'storage.type.kind', 2: 'support.constant.mode' }),
    },
    {
      match: `${START}(${oneOf(kinds.filter(isStep))})${notProperty}${name}`,
      captures: captures({ 1: 'keyword.control.step', 2: 'variable.other.reference', 3: 'meta.index' }),
    },
    {
      match: `${START}(?:(hotplug)\\s+)?(${oneOf(blocks)})${notProperty}${name}${type}`,
      captures: captures({
        1: 'storage.modifier.hotplug',
        2: 'storage.type.kind',
        3: 'entity.name.function.block',
        4: 'meta.index',
        5: 'punctuation.separator.type',
        6: 'entity.name.type.device',
      }),
    },
    { match: `\\b(at)(?=\\s+[0-9a-fA-F])`, captures: captures({ 1: 'keyword.other.at' }) },
  ];
}

function properties(): readonly Pattern[] {
  return [
    {
      match: `(${oneOf(propertyKeys())})\\s*(=)`,
      captures: captures({ 1: 'support.type.property-name', 2: 'keyword.operator.assignment' }),
    },
    {
      match: `(${WORD})\\s*(=)`,
      captures: captures({ 1: 'variable.other.unknown', 2: 'keyword.operator.assignment' }),
    },
  ].map((pattern) => ({ ...pattern, match: `(?<![\\w.-])${pattern.match}` }));
}

function values(): readonly Pattern[] {
  return [
    {
      name: 'string.quoted.double.irqtopo',
      begin: '"',
      end: '"|$',
      patterns: [{ name: 'constant.character.escape.irqtopo', match: '\\\\.' }],
    },
    { name: 'constant.numeric.address.irqtopo', match: `${BEFORE_NUMBER}${ADDRESS}${AFTER_NUMBER}` },
    {
      name: 'constant.numeric.size.irqtopo',
      match: `${BEFORE_NUMBER}[0-9][0-9_]*(KiB|MiB|GiB)\\b`,
      captures: captures({ 1: 'keyword.other.unit' }),
    },
    {
      name: 'constant.numeric.irqtopo',
      match: `${BEFORE_NUMBER}(?:0x[0-9a-fA-F_]+|0b[01_]+|[0-9][0-9_]*)${AFTER_NUMBER}`,
    },
    { name: 'constant.language.boolean.irqtopo', match: `(?<![\\w.-])(?:true|false)${AFTER_WORD}` },
    {
      name: 'support.constant.version.irqtopo',
      match: `(?<![\\w.-])(?:${oneOf(families())})-[0-9]+\\.[0-9]+${AFTER_WORD}`,
    },
    { name: 'support.constant.keyword.irqtopo', match: `(?<![\\w.-])(?:${oneOf(keywords())})${AFTER_WORD}` },
    { name: 'variable.other.reference.irqtopo', match: `(?<![\\w.-])${WORD}` },
    { name: 'keyword.operator.range.irqtopo', match: '\\.\\.' },
    { name: 'punctuation.separator.irqtopo', match: '[,;]' },
  ];
}

/** The families of versions that some property takes. */
function families(): readonly string[] {
  const found = KINDS.flatMap((kind) =>
    kind.properties.flatMap(({ type }) => [type, ...(type.is === 'anyOf' ? type.types : [])]),
  ).flatMap((type) => (type.is === 'version' ? type.families : []));
  return [...new Set(found)];
}

/** Longest first, for `irtes` must not hide `irtes-free`. Words of the language hold nothing special to a regular expression. */
const oneOf = (words: readonly string[]): string =>
  [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).join('|');

const captures = (names: Readonly<Record<number, string>>): Captures =>
  Object.fromEntries(Object.entries(names).map(([group, name]) => [group, { name: `${name}.irqtopo` }]));
