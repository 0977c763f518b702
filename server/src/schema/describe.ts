/** The schema in words: what a value may be, where a kind stands. Markdown, one line each. */
import { kindsAllowedIn } from './index.ts';
import type { KindSchema, Parent, PropertySchema, Referable, ValueType } from './types.ts';
import { KIB, MIB } from './values.ts';

/** What a value of that type looks like: "`1..8192`", "`true` or `false`", "a list of …". */
export function describeValue(type: ValueType): string {
  switch (type.is) {
    case 'number':
      if (type.form !== undefined) return `\`${type.form}\``;
      if (type.max >= UNBOUNDED) return 'a number';
      if (type.oneLessThanMultipleOf !== undefined) {
        return `\`${type.min}\`, \`${type.min + type.oneLessThanMultipleOf}\` … \`${type.max}\``;
      }
      return `\`${numeral(type.min, type.hexadecimal)}..${numeral(type.max, type.hexadecimal)}\``;
    case 'size':
      return type.allowedBytes === undefined
        ? `\`${sizeText(type.minBytes)}..${sizeText(type.maxBytes)}\``
        : either(type.allowedBytes.map((bytes) => `\`${sizeText(bytes)}\``));
    case 'boolean':
      return '`true` or `false`';
    case 'keyword':
      return either(type.words.map(({ word }) => `\`${word}\``));
    case 'version':
      return either(type.families.map((family) => `\`${family}-X.Y\``));
    case 'string':
      return `text in quotes${type.form === undefined ? '' : `: ${type.form}`}`;
    case 'address':
      return 'an address such as `02:01.0`';
    case 'reference':
      return `the name of ${either(type.to.map(withArticle))}`;
    case 'range':
      return `a range of ${describeValue(type.of)}`;
    case 'list':
      return type.of.is === 'address' ? 'a list of addresses such as `02:01.0`' : `a list of ${describeValue(type.of)}`;
    case 'anyOf':
      return describeAny(type.types);
  }
}

/** How many bytes as the language writes them: `256MiB`. */
export function sizeText(bytes: number): string {
  if (bytes % (1024 * MIB) === 0) return `${bytes / (1024 * MIB)}GiB`;
  return bytes % MIB === 0 ? `${bytes / MIB}MiB` : `${bytes / KIB}KiB`;
}

/** "the top level, `host-bridge` or `root-port`" */
export const describeParents = (kind: KindSchema): string => either(kind.parents.map(parentText));

/** What may stand in it, in words; undefined when it has no blocks inside. */
export function describeChildren(kind: KindSchema): string | undefined {
  const children = kindsAllowedIn(kind.word).map(({ word }) => `\`${word}\``);
  return children.length === 0 ? undefined : children.join(', ');
}

/** What the name behind the kind is. */
export function describeName({ name }: KindSchema): string {
  switch (name.role) {
    case 'declares':
      return `${name.required ? 'required' : 'may be left out'}${name.count ? '; `name[4]` declares an array' : ''}`;
    case 'refers':
      return `refers to ${either(name.to.map(withArticle))}${name.required ? '' : '; may be left out'}`;
    case 'word':
      return either(name.words.map(({ word }) => `\`${word}\``));
    case 'anonymous':
      return 'none';
  }
}

/** The default, or that there must be a value, in words; empty where a property is simply absent. */
export function describeDefault({ required, default: fallback }: PropertySchema): string {
  if (required) return 'required';
  return fallback?.text ?? '';
}

/** "a, b or c" */
export function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** `n`, `n` or a range of `n`, or a list of those, said once. */
function describeAny(types: readonly ValueType[]): string {
  const [first] = types;
  if (first === undefined) return '';
  const forms = types.map((type) => (type === first ? describeValue(type) : describeAfter(type, first)));
  return [...new Set(forms)].join(', or ');
}

/** "a range of them" where the type repeats one that was named already. */
function describeAfter(type: ValueType, first: ValueType): string {
  const same = (other: ValueType) => describeValue(other) === describeValue(first);
  if (type.is === 'range' && (same(type.of) || type.of.is === 'anyOf')) return 'a range `a..b`';
  if (type.is === 'list') return same(type.of) || type.of.is === 'anyOf' ? 'a list' : describeValue(type);
  return describeValue(type);
}

/** From here on a limit says nothing to a reader. */
const UNBOUNDED = 0xffffffff;
const numeral = (value: number, hexadecimal = false): string => (hexadecimal ? `0x${value.toString(16)}` : `${value}`);
const parentText = (parent: Parent): string => (parent === 'top' ? 'the top level' : `\`${parent}\``);
const withArticle = (kind: Referable): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} \`${kind}\``;
