/** `// irqtopo-ignore RULE: reason`: what is silenced where. Applying it is ../analysis' matter. */
import type { Body, Span, Statement, Tree } from '../syntax/tree.ts';
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

const MARK = 'irqtopo-ignore';

/** All ignores of some files, in the order of the files and of their texts. */
export function collectIgnores(files: ReadonlyMap<string, Tree>): readonly Ignored[] {
  const all: Ignored[] = [];
  for (const [uri, tree] of files) {
    // Most files have none, and a search in a text is much faster than a walk through its tree.
    if (!tree.text.includes(MARK)) continue;
    for (const { statement, start } of statementsOf(tree.root, 0)) {
      for (const { rule, reason, span } of statement.ignores ?? []) {
        all.push({ rule, reason, at: { uri, span: moved(span, start) }, uri, covers: moved(statement.span, start) });
      }
    }
  }
  return all;
}

function* statementsOf(body: Body, from: number): Iterable<{ readonly statement: Statement; readonly start: number }> {
  for (const [i, statement] of body.statements.entries()) {
    const start = from + (body.starts[i] ?? 0);
    yield { statement, start };
    if (statement.node !== 'block' || statement.body === undefined || statement.braces === undefined) continue;
    yield* statementsOf(statement.body, start + statement.braces.from + 1);
  }
}

function moved(span: Span, by: number): Span {
  return { from: span.from + by, to: span.to + by };
}
