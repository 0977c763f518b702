/** Reading the values of a declaration. They have the schema's form already: what does not fit is as if not written. */
import type { Address, Value } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';

/** Where a property is looked up: a block first, then the device types it is made from. */
export type Layers = readonly Declared[];

export function valueIn(layers: Layers, key: string): Value | undefined {
  for (const { values } of layers) {
    const value = values.get(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function asNumber(value: Value | undefined): number | undefined {
  return value?.is === 'number' ? value.number : undefined;
}

export function asBytes(value: Value | undefined): number | undefined {
  return value?.is === 'size' ? value.bytes : undefined;
}

export function asBoolean(value: Value | undefined): boolean | undefined {
  return value?.is === 'word' ? value.text === 'true' : undefined;
}

export function asText(value: Value | undefined): string | undefined {
  return value?.is === 'string' ? value.text : undefined;
}

/** One of some words; the schema has seen to it that it is no other. */
export function asWord<W extends string>(value: Value | undefined, words: readonly W[]): W | undefined {
  if (value?.is !== 'word') return undefined;
  const { text } = value;
  return words.find((word) => word === text);
}

/** `a..b`, or `n` as `n..n`. */
export function asRange(value: Value | undefined): { readonly first: number; readonly last: number } | undefined {
  if (value?.is === 'number') return { first: value.number, last: value.number };
  if (value?.is !== 'range') return undefined;
  const first = asNumber(value.from);
  const last = asNumber(value.to);
  return first === undefined || last === undefined ? undefined : { first, last };
}

/** The items of a list; a single value counts as a list of one. */
export function asItems(value: Value | undefined): readonly Value[] {
  if (value === undefined || value.is === 'missing') return [];
  return value.is === 'list' ? value.items : [value];
}

export function asAddress(value: Value | undefined): Address | undefined {
  return value?.is === 'address' ? value.address : undefined;
}

/** bus << 8 | device << 3 | function; a bus that is not written is 0. */
export function requesterIdOf({ bus = 0, device, function: fn }: Address): number {
  return (bus << 8) | (device << 3) | fn;
}
