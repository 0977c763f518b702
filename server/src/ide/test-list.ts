/** The tests that a text declares, without running them: for files that no editor shows. */

import { headerSpan } from '../model/source-map.ts';
import type { Block, Span, Tree } from '../syntax/tree.ts';
import { isBlock, type Located, spanOf, walk } from '../syntax/walk.ts';
import { AT_BOOT } from './tests.ts';

export interface ListedTest {
  /** As {@link testsOf} gives it. */
  readonly id: string;
  readonly name: string;
  readonly of: 'boot' | 'scenario';
  /** Of the header. */
  readonly span: Span;
}

/** What a file that is the main file of a spec declares itself; what it includes is not looked at. */
export function listTests({ root }: Tree): readonly ListedTest[] {
  const scenarios: ListedTest[] = [];
  let boot: ListedTest | undefined;
  let isSpec = false;
  walk(root, 0, (statement, parents) => {
    if (statement.node.node === 'include') isSpec = true;
    if (!isBlock(statement)) return false;
    const { kind, name } = statement.node;
    if (parents.length === 0 && (kind.text === 'machine' || kind.text === 'host-bridge')) isSpec = true;
    if (kind.text === 'scenario' && parents.length === 0) {
      const named = name?.text ?? '';
      scenarios.push({ id: `scenario ${named}`, name: named, of: 'scenario', span: headerOf(statement) });
      return false;
    }
    if (kind.text === 'expect') boot ??= { id: 'boot', name: AT_BOOT, of: 'boot', span: headerOf(statement) };
    return true;
  });
  return isSpec ? [...(boot === undefined ? [] : [boot]), ...scenarios] : [];
}

const headerOf = ({ node, start }: Located<Block>): Span => spanOf(start, headerSpan(node));
