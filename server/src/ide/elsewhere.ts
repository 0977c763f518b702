/** Steps after a `migrate`: their names mean what another spec declares. */
import { declare } from '../model/declare.ts';
import { asText } from '../model/values.ts';
import type { Body, Statement, Tree } from '../syntax/tree.ts';
import { bodyOf } from '../syntax/walk.ts';
import { cursorAt } from './cursor.ts';
import type { SpecFiles } from './names.ts';

/** The files of the spec that a path of a `migrate` leads to, as far as they were read. */
export type TargetFiles = (path: string) => SpecFiles | undefined;

/** Where names are looked up at an offset: in the spec's own files, or in those of the spec that was migrated to. */
export function scopeAt(files: SpecFiles, uri: string, offset: number, targets: TargetFiles): SpecFiles {
  const tree = files.get(uri);
  const path = tree && migrationBefore(tree, offset);
  return path === undefined ? files : (targets(path) ?? NOWHERE);
}

const NOWHERE: SpecFiles = new Map();

/** The path of the last `migrate` before an offset, in the scenario around it; undefined where there is none. */
function migrationBefore(tree: Tree, offset: number): string | undefined {
  const scenario = cursorAt(tree, offset).around.find(({ node }) => node.kind.text === 'scenario');
  const inside = scenario && bodyOf(scenario);
  if (inside === undefined) return undefined;
  const { body, start } = inside;
  let path: string | undefined;
  for (const [i, statement] of body.statements.entries()) {
    const end = body.starts[i + 1] ?? body.width;
    if (start + end > offset) break;
    if (isMigration(statement)) path = asText(declare(statement).values.get('to')) ?? '';
  }
  return path;
}

const known = new WeakMap<Body, ReadonlySet<Statement>>();
const none: ReadonlySet<Statement> = new Set();

/** The steps of a scenario's body that come after its first `migrate`. */
export function stepsElsewhere(body: Body | undefined): ReadonlySet<Statement> {
  if (body === undefined) return none;
  const before = known.get(body);
  if (before !== undefined) return before;
  const first = body.statements.findIndex(isMigration);
  const found = first < 0 ? none : new Set(body.statements.slice(first + 1));
  known.set(body, found);
  return found;
}

const isMigration = (statement: Statement): statement is Extract<Statement, { readonly node: 'block' }> =>
  statement.node === 'block' && statement.kind.text === 'migrate';
