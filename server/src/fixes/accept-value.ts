import type { Declared } from '../model/declared.ts';
import { propertyOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import { propertyIn, removeStatement, setProperty } from '../syntax/edits.ts';
import type { Property, Tree, Value } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

/** Different values that a list names; more become a range. */
const LISTED = 4;

export const acceptValue: Fix = {
  id: 'accept-value',
  rules: ['expectation-failed'],
  safety: 'review',
  doc: 'Writes what the machine did into an `expect` that wants something else.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const key = finding.facts?.key;
    if (decl === undefined || block === undefined || typeof key !== 'string') return;
    const property = propertyIn(block, key);
    const found = valuesFound(context, decl, key);
    if (property === undefined || found.length === 0) return;
    if (found.some((value) => typeof value === 'string' && !takesWord(key, value))) {
      const alone = decl.values.size === 1;
      yield {
        title: `Expect no ${key}: there is none`,
        edits: removeStatement(context.tree, alone ? block : property),
      };
      return;
    }
    for (const { text, why } of candidates(context.tree, property, key, found)) {
      yield { title: `Expect ${key} = ${text}, ${why}`, edits: setProperty(context.tree, block, key, text) };
    }
  },
};

/** What came, wherever the expectation was compared: each element of an array may have its own. Ascending. */
function valuesFound({ boot, runs }: FixContext, decl: Declared, key: string): readonly (number | string)[] {
  const found = new Set<number | string>();
  for (const { steps } of [boot, ...runs]) {
    for (const { checks } of steps) {
      for (const { expectation, got } of checks) {
        if (expectation.decl === decl && expectation.key === key) found.add(got);
      }
    }
  }
  return [...found].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
}

interface Candidate {
  readonly text: string;
  readonly why: string;
}

/** What came and nothing else; then, where a range or a list was written, that with room for what came. */
function* candidates(
  tree: Tree,
  { node, start }: Located<Property>,
  key: string,
  found: readonly (number | string)[],
): Iterable<Candidate> {
  const { value } = node;
  const say = sayerOf(value);
  const numbers = found.filter((one) => typeof one === 'number');
  const range = (all: readonly number[]) => `${say(Math.min(...all))}..${say(Math.max(...all))}`;
  const [first] = found;
  if (found.length === 1 && first !== undefined) yield { text: say(first), why: 'as it is now' };
  else if (found.length <= LISTED || numbers.length < found.length) {
    yield { text: `[${found.map(say).join(', ')}]`, why: 'as they are now' };
  }
  if (found.length > 1 && numbers.length === found.length) yield { text: range(numbers), why: 'as they are now' };
  if (value.is === 'range' && value.from.is === 'number' && value.to.is === 'number' && numbers.length > 0) {
    yield { text: range([value.from.number, value.to.number, ...numbers]), why: 'which has room for it' };
  }
  if (value.is === 'list' && takesList(key)) {
    const written = value.items.map(({ span }) => tree.text.slice(start + span.from, start + span.to));
    const added = found.map(say).filter((text) => !written.includes(text));
    yield { text: `[${[...written, ...added].join(', ')}]`, why: 'which has room for it' };
  }
}

/** Writes values as the author did: in hexadecimal, `true` and `false` for 1 and 0. */
function sayerOf(written: Value): (value: number | string) => string {
  const hexadecimal = isHexadecimal(written);
  const truth = written.is === 'word';
  return (value) => {
    if (typeof value === 'string') return value;
    if (truth && (value === 0 || value === 1)) return value === 1 ? 'true' : 'false';
    return hexadecimal ? hex(value) : `${value}`;
  };
}

function isHexadecimal(value: Value): boolean {
  switch (value.is) {
    case 'number':
      return value.hexadecimal;
    case 'range':
      return isHexadecimal(value.from);
    case 'list':
      return value.items[0] !== undefined && isHexadecimal(value.items[0]);
    default:
      return false;
  }
}

/** Whether the language has this word as a value of the assertion. */
function takesWord(key: string, word: string): boolean {
  const takes = (type: ValueType | undefined): boolean =>
    (type?.is === 'keyword' && type.words.some((known) => known.word === word)) ||
    (type?.is === 'anyOf' && type.types.some(takes));
  return takes(propertyOf('expect', key)?.type);
}

function takesList(key: string): boolean {
  const type = propertyOf('expect', key)?.type;
  return type?.is === 'list' || (type?.is === 'anyOf' && type.types.some(({ is }) => is === 'list'));
}

const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`;
