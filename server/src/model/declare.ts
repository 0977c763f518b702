/** From the syntax node of a block to what it declares, checked against the schema. */
import { kindOf } from '../schema/index.ts';
import type { Block, Body } from '../syntax/tree.ts';
import { checkHeader, readAddress, readIndexes } from './declare-header.ts';
import { checkLimits } from './declare-limits.ts';
import { checkPlace } from './declare-place.ts';
import { declareProperties } from './declare-properties.ts';
import type { Declared } from './declared.ts';
import type { ModelProblem } from './problem.ts';

const remembered = new WeakMap<Block, Declared>();

/** What a block declares. The same node always gives the same value. */
export function declare(node: Block): Declared {
  const known = remembered.get(node);
  if (known !== undefined) return known;
  const declared = read(node);
  remembered.set(node, declared);
  return declared;
}

/** All problems of a declaration and of those below it, outer ones first. */
export function* problemsBelow(decl: Declared): Iterable<ModelProblem> {
  if (decl.sound) return;
  yield* decl.problems;
  for (const child of decl.children) yield* problemsBelow(child);
}

// Shared by the many blocks that have none.
const NO_CHILDREN: readonly Declared[] = [];
const NO_VALUES: Declared['values'] = new Map();
const NO_PROBLEMS: readonly ModelProblem[] = [];

/** While it is read; nobody else has seen it yet. */
type Draft = { -readonly [Key in keyof Declared]: Declared[Key] };

function read(node: Block): Declared {
  const kind = kindOf(node.kind.text);
  const problems: ModelProblem[] = [];
  const draft: Draft = {
    node,
    kind: kind?.word,
    indexes: readIndexes(node),
    hotplug: node.hotplug !== undefined,
    values: NO_VALUES,
    children: node.body === undefined ? NO_CHILDREN : declareChildren(node.body),
    problems,
    sound: false,
  };
  const at = readAddress(node);
  if (at !== undefined) draft.at = at;
  if (node.name !== undefined) draft.name = node.name.text;
  if (node.type !== undefined && node.type.text !== '') draft.type = node.type.text;
  if (kind !== undefined) {
    checkHeader(draft, kind, problems);
    draft.values = declareProperties(draft, kind, problems);
    checkLimits(draft, problems);
  }
  for (const child of draft.children) checkPlace(child, draft, problems);
  if (problems.length === 0) draft.problems = NO_PROBLEMS;
  draft.sound = problems.length === 0 && draft.children.every((child) => child.sound);
  return draft;
}

function declareChildren(body: Body): readonly Declared[] {
  const children: Declared[] = [];
  for (const statement of body.statements) if (statement.node === 'block') children.push(declare(statement));
  return children.length === 0 ? NO_CHILDREN : children;
}
