/** From declarations back to texts: the only part of the model that knows absolute offsets. */
import { never } from '../base/result.ts';
import type { Block, Body, Property, Span, Tree } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import type { Place } from './problem.ts';

export interface Location {
  readonly uri: string;
  /** Absolute, UTF-16 code units. */
  readonly span: Span;
}

export interface SourceMap {
  /** The file a block stands in and where its statement starts; undefined for a block of none of these files. */
  readonly startOf: (block: Block) => { readonly uri: string; readonly start: number } | undefined;
  readonly locate: (place: Place) => Location;
}

/**
 * The source map of a set of files. Walks them once, at the first question.
 * A place in a declaration that is in none of the files is a bug of the asker: it is answered with the start of the
 * first file rather than with an exception, which would cost the whole answer.
 */
export function makeSourceMap(files: ReadonlyMap<string, Tree>): SourceMap {
  let starts: ReadonlyMap<Block, { readonly uri: string; readonly start: number }> | undefined;
  const startOf = (block: Block) => {
    starts ??= walk(files);
    return starts.get(block);
  };
  const locate = (place: Place): Location => {
    if ('uri' in place) return { uri: place.uri, span: place.span };
    const found = startOf(place.decl.node);
    if (found === undefined) return { uri: firstOf(files), span: { from: 0, to: 0 } };
    const span = 'span' in place ? place.span : spanOfPart(place.decl, place.part);
    return { uri: found.uri, span: { from: found.start + span.from, to: found.start + span.to } };
  };
  return { startOf, locate };
}

type Part = Extract<Place, { readonly part: unknown }>['part'];

/** The span of a part of a block, counted from the start of its statement. */
export function spanOfPart(decl: Declared, part: Part): Span {
  const { node } = decl;
  if (typeof part === 'object') {
    const key = 'property' in part ? part.property : part.value;
    const found = propertyOf(node, key);
    if (found === undefined) return headerSpan(node);
    const span = 'property' in part ? found.property.key.span : found.property.value.span;
    return { from: found.start + span.from, to: found.start + span.to };
  }
  switch (part) {
    case 'header':
      return headerSpan(node);
    case 'kind':
      return node.kind.span;
    case 'name':
      return node.name?.span ?? node.kind.span;
    case 'type':
      return node.type !== undefined && node.type.text !== '' ? node.type.span : headerSpan(node);
    case 'at':
      return node.at?.value?.span ?? node.at?.keyword ?? headerSpan(node);
    default:
      return never(part);
  }
}

/** From the first word of a block to the end of its name, type or address: what it is without what it contains. */
export function headerSpan(node: Block): Span {
  const from = node.hotplug?.from ?? node.kind.span.from;
  const to = Math.max(
    node.kind.span.to,
    node.name?.span.to ?? 0,
    node.type?.span.to ?? 0,
    node.type?.colon.to ?? 0,
    node.at?.keyword.to ?? 0,
    node.at?.value?.span.to ?? 0,
  );
  return { from, to };
}

/** The first property of a block with this key, and where its statement starts, counted from the block's statement. */
export function propertyOf(
  node: Block,
  key: string,
): { readonly property: Property; readonly start: number } | undefined {
  if (node.body === undefined || node.braces === undefined) return undefined;
  const { statements, starts } = node.body;
  const bodyStart = node.braces.from + 1;
  for (const [i, statement] of statements.entries()) {
    if (statement.node === 'property' && statement.key.text === key) {
      return { property: statement, start: bodyStart + (starts[i] ?? 0) };
    }
  }
  return undefined;
}

function walk(files: ReadonlyMap<string, Tree>) {
  const found = new Map<Block, { readonly uri: string; readonly start: number }>();
  for (const [uri, tree] of files) {
    const open: { readonly body: Body; readonly start: number }[] = [{ body: tree.root, start: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { body, start } = next;
      for (const [i, statement] of body.statements.entries()) {
        if (statement.node !== 'block') continue;
        const at = start + (body.starts[i] ?? 0);
        found.set(statement, { uri, start: at });
        if (statement.body !== undefined && statement.braces !== undefined) {
          open.push({ body: statement.body, start: at + statement.braces.from + 1 });
        }
      }
    }
  }
  return found;
}

function firstOf(files: ReadonlyMap<string, Tree>): string {
  for (const uri of files.keys()) return uri;
  return '';
}
