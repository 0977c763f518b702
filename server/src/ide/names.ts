/** Names in a spec: where they are declared, and where they refer. Reads trees alone, so it works in half-typed text, too. */
import { declare } from '../model/declare.ts';
import { declareFile } from '../model/declare-file.ts';
import type { Declared } from '../model/declared.ts';
import { collectNames, type Declaration, type Names } from '../model/names.ts';
import { kindOf, propertyOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import type { Block, Name, Property, Span, Tree, Value } from '../syntax/tree.ts';
import { type Located, walk } from '../syntax/walk.ts';
import { absolute, cursorAt, touches } from './cursor.ts';
import { stepsElsewhere } from './elsewhere.ts';

/** The files of a spec, the main one first. */
export type SpecFiles = ReadonlyMap<string, Tree>;

/** A place in a file; offsets are absolute. */
export interface FileSpan {
  readonly uri: string;
  readonly span: Span;
}

/** A word that stands for something declared, without its indexes. */
export interface Occurrence extends FileSpan {
  readonly of: Declaration;
  /** It stands where the thing is declared. */
  readonly declares: boolean;
}

/** Everything that bears a name, in all files of a spec. */
export function namesIn(files: SpecFiles): Names {
  const top: Declared[] = [];
  for (const tree of files.values()) {
    for (const item of declareFile(tree).items) if ('decl' in item) top.push(item.decl);
  }
  return collectNames(top).names;
}

/** The `device-type` of that name; undefined when the spec has none. */
export const deviceTypeOf = (files: SpecFiles, type: string): Declaration | undefined =>
  namesIn(files).deviceTypes.get(type);

/** The name at an offset, and what it stands for. */
export function occurrenceAt(files: SpecFiles, uri: string, offset: number): Occurrence | undefined {
  const tree = files.get(uri);
  if (tree === undefined) return undefined;
  const { around, statement } = cursorAt(tree, offset);
  if (statement === undefined) return undefined;
  const parent = around[around.length - 1];
  const names = namesIn(files);
  for (const { span, of, declares } of occurrencesIn(statement, parent?.node, names)) {
    if (touches(span, offset)) return { uri, span, of, declares };
  }
  return undefined;
}

/** The name of a step at an offset, and what it stands for in the spec that was migrated to. */
export function referenceElsewhere(
  files: SpecFiles,
  uri: string,
  offset: number,
  scope: SpecFiles,
): Occurrence | undefined {
  const tree = files.get(uri);
  const step = tree && cursorAt(tree, offset).statement;
  const name = step?.node.node === 'block' ? step.node.name : undefined;
  const span = step && name && absolute(step, withoutIndexes(name));
  const of = name && namesIn(scope).things.get(name.text);
  return of === undefined || span === undefined || !touches(span, offset)
    ? undefined
    : { uri, span, of, declares: false };
}

/** Every place where something declared is named, its declaration included, file by file in order. */
export function occurrencesOf(files: SpecFiles, wanted: Declaration): readonly Occurrence[] {
  const names = namesIn(files);
  const occurrences: Occurrence[] = [];
  for (const [uri, tree] of files) {
    walk(tree.root, 0, (placed, parents) => {
      for (const { span, of, declares } of occurrencesIn(placed, parents[parents.length - 1]?.node, names)) {
        if (of.decl === wanted.decl) occurrences.push({ uri, span, of, declares });
      }
      return true;
    });
  }
  return occurrences;
}

interface Found {
  readonly span: Span;
  readonly of: Declaration;
  readonly declares: boolean;
}

/** The names in a block's header, or in the value of a property of `parent`. */
function* occurrencesIn(placed: Located, parent: Block | undefined, names: Names): Iterable<Found> {
  const { node } = placed;
  if (parent?.kind.text === 'scenario' && stepsElsewhere(parent.body).has(node)) return;
  if (node.node === 'block') yield* inHeader(node, placed, names);
  if (node.node === 'property' && parent !== undefined) yield* inProperty(node, placed, parent, names);
}

function* inHeader(block: Block, placed: Located, names: Names): Iterable<Found> {
  const kind = kindOf(block.kind.text);
  const { name, type } = block;
  if (kind === undefined) return;
  if (name !== undefined && name.text !== '') {
    const span = absolute(placed, withoutIndexes(name));
    if (kind.name.role === 'declares') {
      const decl = declare(block);
      const of = declarationOf(decl, names);
      if (of !== undefined) yield { span, of, declares: true };
    } else if (kind.name.role === 'refers') {
      const of = names.things.get(name.text);
      if (of !== undefined) yield { span, of, declares: false };
    }
  }
  if (type !== undefined && kind.type.take === 'device-types') {
    const of = names.deviceTypes.get(type.text);
    if (of !== undefined) yield { span: absolute(placed, type.span), of, declares: false };
  }
}

/** The declaration that a block makes; undefined when another of that name came first. */
function declarationOf(decl: Declared, names: Names): Declaration | undefined {
  if (decl.name === undefined) return undefined;
  const scopes = [names.things, names.deviceTypes, names.scenarios, ...names.snapshots.values()];
  for (const scope of scopes) {
    const found = scope.get(decl.name);
    if (found?.decl === decl) return found;
  }
  return undefined;
}

function* inProperty(property: Property, placed: Located, parent: Block, names: Names): Iterable<Found> {
  const schema = propertyOf(parent.kind.text, property.key.text);
  if (schema === undefined || !isReference(schema.type)) return;
  for (const { span, text } of wordsIn(property.value)) {
    const of = names.things.get(text);
    if (of !== undefined) yield { span: absolute(placed, span), of, declares: false };
  }
}

function* wordsIn(value: Value): Iterable<{ readonly span: Span; readonly text: string }> {
  if (value.is === 'word')
    yield { span: { from: value.span.from, to: value.indexes[0]?.span.from ?? value.span.to }, text: value.text };
  if (value.is === 'string') yield value;
  if (value.is === 'list') for (const item of value.items) yield* wordsIn(item);
}

/** Whether a value of that type is, or holds, names of things. */
function isReference(type: ValueType): boolean {
  switch (type.is) {
    case 'reference':
      return true;
    case 'list':
    case 'range':
      return isReference(type.of);
    case 'anyOf':
      return type.types.some(isReference);
    default:
      return false;
  }
}

const withoutIndexes = ({ span, indexes }: Name): Span => ({ from: span.from, to: indexes[0]?.span.from ?? span.to });
