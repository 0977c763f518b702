/** The header of a block: `hotplug`, name, indexes, type and address against what its kind takes. */
import { never } from '../base/result.ts';
import type { KindSchema } from '../schema/types.ts';
import type { Address, Block, Index } from '../syntax/tree.ts';
import { MAX_ELEMENTS } from './arrays.ts';
import type { Declared } from './declared.ts';
import { nearest } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { addressMessage, addressOfNumber } from './value-check.ts';
import { either, withArticle, writeValue } from './value-text.ts';

const NO_INDEXES: readonly Index[] = [];

export function readIndexes(node: Block): readonly Index[] {
  return node.name?.indexes ?? NO_INDEXES;
}

/** The address after `at`, where it is one. */
export function readAddress(node: Block): Address | undefined {
  const value = node.at?.value;
  return value?.is === 'address' ? value.address : undefined;
}

/** Adds what is wrong with the header of a block of this kind, in the order it is read. */
export function checkHeader(decl: Declared, kind: KindSchema, problems: ModelProblem[]): void {
  checkHotplug(decl, kind, problems);
  checkName(decl, kind, problems);
  checkType(decl, kind, problems);
  checkAt(decl, kind, problems);
}

function checkHotplug(decl: Declared, kind: KindSchema, problems: ModelProblem[]) {
  const { hotplug, kind: word } = decl.node;
  if (hotplug === undefined || kind.takesHotplug) return;
  problems.push({
    rule: 'syntax-unexpected-token',
    at: { decl, span: { from: hotplug.from, to: word.span.from } },
    message: `Unexpected hotplug; ${withArticle(kind.word)} cannot be plugged in`,
    replacement: '',
  });
}

function checkName(decl: Declared, kind: KindSchema, problems: ModelProblem[]) {
  const { name } = decl.node;
  const rule = kind.name;
  if (name === undefined) {
    if (needsName(kind)) {
      const message =
        rule.role === 'word'
          ? `${kind.word} needs a mode: ${either(rule.words.map(({ word }) => word))}`
          : rule.role === 'refers'
            ? `${kind.word} needs the name of what it is about`
            : `${kind.word} needs a name`;
      problems.push({
        rule: 'missing-required-field',
        at: { decl, part: 'kind' },
        message,
        facts: { kind: kind.word },
      });
    }
    return;
  }
  const at = { decl, part: 'name' } as const;
  switch (rule.role) {
    case 'anonymous':
      problems.push({
        rule: 'syntax-unexpected-token',
        at,
        message: `Unexpected ${name.text}; ${kind.word} takes no name`,
        replacement: '',
      });
      return;
    case 'word': {
      const words = rule.words.map(({ word }) => word);
      if (words.includes(name.text) && name.indexes.length === 0) return;
      const near = nearest(name.text, words);
      problems.push({
        rule: 'syntax-unexpected-token',
        at,
        message: `Unexpected ${name.text}; ${kind.word} takes ${either(words)}`,
        ...(near === undefined ? {} : { replacement: near }),
      });
      return;
    }
    case 'refers':
      return;
    case 'declares':
      if (name.text === '') problems.push({ rule: 'missing-required-field', at, message: `${kind.word} needs a name` });
      checkArray(decl, kind, rule.count, problems);
      return;
    default:
      return never(rule);
  }
}

function needsName(kind: KindSchema): boolean {
  const { name } = kind;
  if (name.role === 'anonymous') return false;
  return name.role === 'word' || name.required;
}

function checkArray(decl: Declared, kind: KindSchema, mayCount: boolean, problems: ModelProblem[]) {
  const [index, second] = decl.indexes;
  if (index === undefined) return;
  const wrong = (
    rule: 'syntax-unexpected-token' | 'value-out-of-range',
    at: Index,
    message: string,
    replacement: string,
  ) => problems.push({ rule, at: { decl, span: at.span }, message, replacement });
  if (!mayCount) {
    wrong('syntax-unexpected-token', index, `Unexpected index; ${withArticle(kind.word)} cannot be an array`, '');
  } else if (index.range) {
    const count = Math.min(Math.max(index.to - index.from + 1, 1), MAX_ELEMENTS);
    wrong(
      'syntax-unexpected-token',
      index,
      `A range never declares; ${decl.name}[${count}] declares ${count}`,
      `[${count}]`,
    );
  } else if (index.to < 1 || index.to > MAX_ELEMENTS) {
    const closest = index.to < 1 ? 1 : MAX_ELEMENTS;
    wrong('value-out-of-range', index, `An array has 1..${MAX_ELEMENTS} elements, got ${index.to}`, `[${closest}]`);
  }
  if (second !== undefined) {
    wrong('syntax-unexpected-token', second, 'Unexpected second index; an array in an array is a block in a block', '');
  }
}

function checkType(decl: Declared, kind: KindSchema, problems: ModelProblem[]) {
  const { type } = decl.node;
  const rule = kind.type;
  const written = type !== undefined && type.text !== '';
  switch (rule.take) {
    case 'none':
      if (type === undefined) return;
      problems.push({
        rule: 'syntax-unexpected-token',
        at: { decl, span: { from: type.colon.from, to: Math.max(type.span.to, type.colon.to) } },
        message: `Unexpected type; ${withArticle(kind.word)} takes none`,
        replacement: '',
      });
      return;
    case 'listed': {
      const words = rule.types.map(({ word }) => word);
      if (written && words.includes(type.text)) return;
      if (written) {
        const near = nearest(type.text, words);
        problems.push({
          rule: 'unresolved-reference',
          at: { decl, part: 'type' },
          message: `No type ${type.text} of ${kind.word}; ${near === undefined ? `it is ${either(words)}` : `did you mean ${near}?`}`,
          facts: { name: type.text },
          ...(near === undefined ? {} : { replacement: near }),
        });
      } else if (rule.required && type === undefined) {
        problems.push({
          rule: 'missing-required-field',
          at: { decl, part: 'header' },
          message: `${titleOf(decl, kind)} needs a type: ${either(words)}`,
          facts: { kind: kind.word, field: 'type' },
        });
      }
      return;
    }
    case 'device-types':
      return;
    default:
      return never(rule);
  }
}

function checkAt(decl: Declared, kind: KindSchema, problems: ModelProblem[]) {
  const { at } = decl.node;
  if (at === undefined) return;
  if (!kind.takesAt) {
    problems.push({
      rule: 'syntax-unexpected-token',
      at: { decl, span: { from: at.keyword.from, to: at.value?.span.to ?? at.keyword.to } },
      message: `Unexpected address; ${withArticle(kind.word)} has none`,
      replacement: '',
    });
    return;
  }
  const { value } = at;
  if (value === undefined || value.is === 'address') return;
  const address = value.is === 'number' ? addressOfNumber(value.number, value.hexadecimal) : undefined;
  problems.push({
    rule: 'address-form',
    at: { decl, part: 'at' },
    message: addressMessage('at', address),
    facts: { written: writeValue(value) },
    ...(address === undefined ? {} : { replacement: address }),
  });
}

/** `endpoint nic0`, or the kind alone where there is no name. */
export function titleOf(decl: Declared, kind: KindSchema): string {
  return decl.name === undefined ? kind.word : `${kind.word} ${decl.name}`;
}
