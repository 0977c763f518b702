/** What may stand where: kinds against the block around them. */
import { KINDS, kindOf, kindsAllowedIn, mayStandIn, propertiesOf, propertyOf } from '../schema/index.ts';
import type { KindSchema, Parent } from '../schema/types.ts';
import type { Declared } from './declared.ts';
import { nearest } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { either, withArticle } from './value-text.ts';

/**
 * Adds what is wrong with a block standing in `parent`, or at the top level of a file without one. Below a block of no
 * known kind everything may stand.
 */
export function checkPlace(decl: Declared, parent: Declared | undefined, problems: ModelProblem[]): void {
  const around = parent === undefined ? 'top' : parent.kind;
  if (around === undefined) return;
  const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
  if (kind === undefined) {
    problems.push(unknownKind(decl, around));
    return;
  }
  const unexpected = (message: string, replacement?: string) =>
    problems.push({
      rule: 'syntax-unexpected-token',
      at: { decl, part: 'kind' },
      message: `Unexpected ${kind.word} ${message}`,
      facts: { kind: kind.word },
      ...(replacement === undefined ? {} : { replacement }),
    });
  if (mayStandIn(kind, around) === 'no') {
    unexpected(`${whereIs(around)}; it belongs ${whereBelongs(kind.parents)}`);
  } else if (parent?.type !== undefined && isOfOtherType(kind, parent.kind, parent.type)) {
    unexpected(`in ${withArticle(around)} of type ${parent.type}; it belongs in ${either(kind.parentTypes ?? [])}`);
  } else if (around === 'top' && kind.topLevelHotplugOnly === true && !decl.hotplug) {
    const hotplug = `hotplug ${kind.word}`;
    unexpected(`outside of a bus; at the top level stands only "${hotplug}", for what has no place yet`, hotplug);
  } else if (around === 'top' && kind.takesAt && decl.node.at !== undefined) {
    const { keyword, value } = decl.node.at;
    problems.push({
      rule: 'syntax-unexpected-token',
      at: { decl, span: { from: keyword.from, to: value?.span.to ?? keyword.to } },
      message: `Unexpected address; outside of a bus ${withArticle(kind.word)} has no place yet`,
      replacement: '',
    });
  }
}

/** A type that is none at all is told where it stands. */
function isOfOtherType({ parentTypes }: KindSchema, parent: string | undefined, type: string): boolean {
  const rule = parent === undefined ? undefined : kindOf(parent)?.type;
  const known = rule?.take === 'listed' && rule.types.some(({ word }) => word === type);
  return known && parentTypes !== undefined && !parentTypes.includes(type);
}

function whereIs(parent: string): string {
  return parent === 'top' ? 'at the top level' : `in ${withArticle(parent)}`;
}

function whereBelongs(parents: readonly Parent[]): string {
  const inside = parents.filter((parent) => parent !== 'top').map(withArticle);
  if (inside.length === 0) return 'at the top level';
  const within = `in ${either(inside)}`;
  return parents.length > inside.length ? `at the top level or ${within}` : within;
}

/** Kinds that a message lists; of more it gives the first ones. */
const MAX_LISTED = 8;

function unknownKind(decl: Declared, around: string): ModelProblem {
  const word = decl.node.kind.text;
  const at = { decl, part: 'kind' } as const;
  const rule = 'syntax-unexpected-token';
  const facts = { kind: word };
  const keys = around === 'top' ? [] : propertiesOf(around).map(({ key }) => key);
  if (keys.includes(word)) {
    return { rule, at, message: `${word} is a property; write ${word} = …`, facts, replacement: `${word} =` };
  }
  // The word after `hotplug` is taken for a kind where no `=` stands between.
  if (decl.hotplug && isHotplugMode(around, word)) {
    const message = `hotplug is a property here; write hotplug = ${word}`;
    return { rule, at, message, facts, replacement: `= ${word}` };
  }
  const here = kindsAllowedIn(around).map((kind) => kind.word);
  const owners = KINDS.filter((kind) => propertyOf(kind.word, word) !== undefined).map((kind) => kind.word);
  if (owners.length > 0) {
    return { rule, at, message: `Unknown kind ${word}; it is a property of ${list(owners.map(withArticle))}`, facts };
  }
  const everywhere = KINDS.map((kind) => kind.word);
  const near = nearest(word, here) ?? nearest(word, keys) ?? nearest(word, everywhere);
  if (near !== undefined) {
    return { rule, at, message: `Unknown kind ${word}; did you mean ${near}?`, facts, replacement: near };
  }
  const expected = here.length === 0 ? `no block stands ${whereIs(around)}` : `expected ${list(here)}`;
  return { rule, at, message: `Unknown kind ${word}; ${expected}`, facts };
}

function isHotplugMode(around: string, word: string): boolean {
  const type = propertyOf(around, 'hotplug')?.type;
  return type?.is === 'keyword' && type.words.some((mode) => mode.word === word);
}

function list(words: readonly string[]): string {
  return words.length <= MAX_LISTED ? either(words) : `${words.slice(0, MAX_LISTED).join(', ')} …`;
}
