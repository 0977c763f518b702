/** A machine without what its author asserts of it: fixes for a different machine are not held against its old numbers. */
import { tokensFrom, tokensTo } from '../syntax/layout.ts';
import type { Tree } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';
import type { Analysis, Sources } from './analysis.ts';
import { analyseEdited, textOf } from './edited.ts';

/** The same spec with blanks in place of its scenarios and of every `expect`; all else stands where it stood. */
export function withoutAssertions(analysis: Analysis, sources: Sources): Analysis {
  const tree = analysis.files.get(analysis.uri);
  const text = tree === undefined ? '' : blanked(tree);
  return text === textOf(analysis) ? analysis : analyseEdited(analysis, sources, text);
}

function blanked({ root, text }: Tree): string {
  const pieces: string[] = [];
  let at = 0;
  walk(root, 0, (statement) => {
    const { node } = statement;
    if (node.node !== 'block') return undefined;
    if (node.kind.text !== 'scenario' && node.kind.text !== 'expect') return undefined;
    const [from, to] = [tokensFrom(statement), tokensTo(statement)];
    pieces.push(text.slice(at, from), text.slice(from, to).replace(/[^\r\n]/g, ' '));
    at = to;
    return false;
  });
  return pieces.join('') + text.slice(at);
}
