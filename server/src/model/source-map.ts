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
 * The source map of a set of files. A block that was asked for before, in an earlier version of the files, is looked for
 * where it stood then, which costs its depth; the others cost a walk of all files, made once, at the first such question.
 * A place in a declaration that is in none of the files is a bug of the asker: it is answered with the start of the
 * first file rather than with an exception, which would cost the whole answer.
 */
export function makeSourceMap(files: ReadonlyMap<string, Tree>): SourceMap {
  let walked: ReadonlyMap<Block, Found> | undefined;
  let searches = 0;
  const search = (block: Block): Found | undefined => {
    if (walked === undefined && searches < SEARCHES_BEFORE_WALK) {
      searches += 1;
      return searchFiles(files, block);
    }
    walked ??= walk(files);
    return walked.get(block);
  };
  const startOf = (block: Block) => {
    const known = paths.get(block);
    const there = known && follow(files, known);
    if (there?.block === block) return { uri: there.uri, start: there.start };
    const found = search(block);
    if (found === undefined) return undefined;
    paths.set(block, found.path);
    return { uri: found.uri, start: found.start };
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

/** Blocks looked for one by one, without a list of all: after a key it is the one that the key changed. */
const SEARCHES_BEFORE_WALK = 4;

/** Where a block stands: its number among the statements of the block around it, or of the file. */
interface Path {
  readonly uri: string;
  readonly around: Path | undefined;
  readonly index: number;
}

interface Found {
  readonly uri: string;
  readonly start: number;
  readonly path: Path;
}

/** Where blocks stood when they were last found. It may be so no longer, so whoever follows a path looks what stands there. */
const paths = new WeakMap<Block, Path>();

interface Standing {
  readonly uri: string;
  readonly block: Block;
  readonly start: number;
}

/** The block that a path leads to now. */
function follow(files: ReadonlyMap<string, Tree>, { uri, around, index }: Path): Standing | undefined {
  const outer = around && follow(files, around);
  if (around !== undefined && outer === undefined) return undefined;
  const body = outer === undefined ? files.get(uri)?.root : outer.block.body;
  const block = body?.statements[index];
  if (body === undefined || block?.node !== 'block') return undefined;
  return { uri, block, start: bodyStart(outer) + (body.starts[index] ?? 0) };
}

/** Where the body of a block begins; of a file without one. */
const bodyStart = (outer: { readonly block: Block; readonly start: number } | undefined): number =>
  outer === undefined ? 0 : outer.start + (outer.block.braces?.from ?? 0) + 1;

function searchFiles(files: ReadonlyMap<string, Tree>, wanted: Block): Found | undefined {
  for (const [uri, { root }] of files) {
    const path = pathTo(root, wanted);
    if (path === undefined) continue;
    const found = path.reduceRight<Path | undefined>((around, index) => ({ uri, around, index }), undefined);
    const there = found && follow(files, found);
    if (found && there) return { uri, start: there.start, path: found };
  }
  return undefined;
}

/** Numbers of the statements that lead to a block, the innermost first. Makes nothing on its way. */
function pathTo({ statements }: Body, wanted: Block): number[] | undefined {
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i];
    if (statement?.node !== 'block') continue;
    if (statement === wanted) return [i];
    const path = statement.body && pathTo(statement.body, wanted);
    if (path === undefined) continue;
    path.push(i);
    return path;
  }
  return undefined;
}

function walk(files: ReadonlyMap<string, Tree>): ReadonlyMap<Block, Found> {
  const found = new Map<Block, Found>();
  for (const [uri, { root }] of files) {
    const open: { readonly body: Body; readonly start: number; readonly around: Path | undefined }[] = [
      { body: root, start: 0, around: undefined },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { body, start, around } = next;
      for (let index = 0; index < body.statements.length; index++) {
        const block = body.statements[index];
        if (block?.node !== 'block') continue;
        const own = { uri, start: start + (body.starts[index] ?? 0), path: { uri, around, index } };
        found.set(block, own);
        if (block.body !== undefined) {
          open.push({ body: block.body, start: bodyStart({ block, start: own.start }), around: own.path });
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
