/** What was expected of the machine as it was. */
import { takeOut, takeOutOf } from '../../fixes/moved-text.ts';
import type { Block, Statement, TextEdit } from '../../syntax/tree.ts';
import { isBlock, type Located, walk } from '../../syntax/walk.ts';
import type { ChangeStep } from './change.ts';

/**
 * Expectations, which are about the numbers of another platform, and migrations with what comes after them, which lead to
 * machines of that platform.
 */
export const dropExpectations: ChangeStep = (tree, { from }) => {
  const goneIn = new Map<Statement | undefined, { block: Located<Block> | undefined; gone: Located[] }>();
  const migrated = new Set<Statement | undefined>();
  let expectations = 0;
  let migrations = 0;
  walk(tree.root, 0, (statement, parents) => {
    if (!isBlock(statement)) return false;
    const kind = statement.node.kind.text;
    const block = parents.at(-1);
    if (kind === 'migrate') {
      migrated.add(block?.node);
      migrations += 1;
    } else if (kind === 'expect') expectations += 1;
    else if (!migrated.has(block?.node)) return true;
    const known = goneIn.get(block?.node);
    if (known) known.gone.push(statement);
    else goneIn.set(block?.node, { block, gone: [statement] });
    return false;
  });
  if (goneIn.size === 0) return undefined;
  const edits: TextEdit[] = [];
  for (const { block, gone } of goneIn.values()) {
    edits.push(...(block === undefined ? takeOut(tree, gone) : takeOutOf(tree, block, gone)));
  }
  const what = [counted(expectations, 'expectation'), counted(migrations, 'migration')].filter(Boolean).join(' and ');
  return { edits, said: `${what} left out, made for ${from ?? 'a machine without a controller'}` };
};

const counted = (count: number, noun: string): string =>
  count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
