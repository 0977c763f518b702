/** `// irqtopo-ignore RULE: reason`: what is silenced where. Applying it is ../analysis' matter. */
import type { Body, Ignore, Span, Statement, Tree } from '../syntax/tree.ts';
import type { Place } from './problem.ts';

export interface Ignored {
  readonly rule: string;
  readonly reason: string;
  /** The comment. */
  readonly at: Place;
  readonly uri: string;
  /** The statement it covers, a block with all it contains; absolute. */
  readonly covers: Span;
}

/** All ignores of some files, in the order of the files and of their texts. */
export function collectIgnores(files: ReadonlyMap<string, Tree>): readonly Ignored[] {
  const all: Ignored[] = [];
  for (const [uri, tree] of files) {
    for (const { ignore, start, statement } of ignoresIn(tree.root)) {
      const { rule, reason } = ignore;
      const at = { uri, span: moved(ignore.span, start) };
      all.push({ rule, reason, at, uri, covers: moved(statement.span, start) });
    }
  }
  return all;
}

interface Found {
  readonly ignore: Ignore;
  readonly statement: Statement;
  /** Of the statement, counted from the start of the body it was asked of. */
  readonly start: number;
}

const NONE: readonly Found[] = [];
const remembered = new WeakMap<Body, readonly Found[]>();

function ignoresIn(body: Body): readonly Found[] {
  const known = remembered.get(body);
  if (known !== undefined) return known;
  const found: Found[] = [];
  for (const [i, statement] of body.statements.entries()) {
    const start = body.starts[i] ?? 0;
    for (const ignore of statement.ignores ?? []) found.push({ ignore, statement, start });
    if (statement.node !== 'block' || statement.body === undefined || statement.braces === undefined) continue;
    const bodyStart = start + statement.braces.from + 1;
    for (const inner of ignoresIn(statement.body)) found.push({ ...inner, start: bodyStart + inner.start });
  }
  const result = found.length === 0 ? NONE : found;
  remembered.set(body, result);
  return result;
}

function moved(span: Span, by: number): Span {
  return { from: span.from + by, to: span.to + by };
}
