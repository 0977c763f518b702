/** Values and types of values in words, for messages and replacements. */
import { never } from '../base/result.ts';
import type { ValueType } from '../schema/types.ts';
import type { Address, Index, Value } from '../syntax/tree.ts';

/** A value as it would be written. */
export function writeValue(value: Value): string {
  switch (value.is) {
    case 'number':
      return writeNumber(value.number, value.hexadecimal);
    case 'size':
      return writeSize(value.bytes);
    case 'address':
      return writeAddress(value.address);
    case 'string':
      return JSON.stringify(value.text);
    case 'word':
      return value.text + writeIndexes(value.indexes);
    case 'range':
      return `${writeValue(value.from)}..${writeValue(value.to)}`;
    case 'list':
      return `[${value.items.map(writeValue).join(', ')}]`;
    case 'missing':
      return 'nothing';
    default:
      return never(value);
  }
}

export function writeNumber(number: number, hexadecimal: boolean): string {
  return hexadecimal && number >= 0 ? `0x${number.toString(16)}` : String(number);
}

const UNITS = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

/** In the largest unit that divides it; a size below 1 KiB, which the language cannot write, in bytes. */
export function writeSize(bytes: number): string {
  for (const [unit, unitBytes] of UNITS) {
    if (bytes > 0 && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  }
  return `${bytes} bytes`;
}

/** As lspci prints it, with as many parts as were written. */
export function writeAddress({ segment, bus, device, function: fn }: Address): string {
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
  const short = `${hex(device, 2)}.${fn}`;
  if (bus === undefined) return short;
  return segment === undefined ? `${hex(bus, 2)}:${short}` : `${hex(segment, 4)}:${hex(bus, 2)}:${short}`;
}

export function writeIndexes(indexes: readonly Index[]): string {
  return indexes.map(({ from, to, range }) => (range ? `[${from}..${to}]` : `[${from}]`)).join('');
}

/** What a value of this type looks like: "a number from 1 to 32", "none or native". */
export function describeType(type: ValueType): string {
  switch (type.is) {
    case 'number': {
      const hex = type.hexadecimal === true;
      if (type.min === 0 && type.max >= UNLIMITED) return 'a number';
      return `a number from ${writeNumber(type.min, hex)} to ${writeNumber(type.max, hex)}`;
    }
    case 'size':
      return type.allowedBytes === undefined
        ? `a size such as ${writeSize(Math.max(type.minBytes, Math.min(type.maxBytes, 16 * 1024 ** 2)))}`
        : either(type.allowedBytes.map(writeSize));
    case 'boolean':
      return 'true or false';
    case 'keyword':
      return either(type.words.map((keyword) => keyword.word));
    case 'version':
      return either(type.families.map((family) => `${family}-X.Y`));
    case 'string':
      return type.form ?? 'a text in quotes';
    case 'address':
      return 'an address such as 05.0';
    case 'reference':
      return `the name of ${either(type.to.map(withArticle))}`;
    case 'range':
      return type.of.is === 'number' && type.of.max < UNLIMITED
        ? `a range such as ${describeLimit(type.of.min, type.of)}..${describeLimit(type.of.max, type.of)}`
        : 'a range a..b';
    case 'list':
      return `a list in [ ], each ${describeType(type.of)}`;
    case 'anyOf': {
      // "x or a list of such", rather than x twice.
      const others = type.types.filter((one) => one.is !== 'list').map(describeType);
      const lists = type.types.flatMap((one) => (one.is === 'list' ? [one.of] : []));
      if (lists.length === 1 && others.length > 0) return `${either(others)}, or a list of such in [ ]`;
      return either(type.types.map(describeType));
    }
    default:
      return never(type);
  }
}

/** A limit that only says how large the checker's own numbers are is not worth telling. */
const UNLIMITED = 0xffffffff;

function describeLimit(limit: number, type: Extract<ValueType, { readonly is: 'number' }>): string {
  return writeNumber(limit, type.hexadecimal === true);
}

/** "a, b or c" */
export function either(words: readonly string[]): string {
  const unique = [...new Set(words)];
  if (unique.length < 2) return unique.join('');
  return `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
}

/** "an endpoint", "a vf" */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
