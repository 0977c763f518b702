/** A machine without what its author asserts of it: fixes for a different machine are not held against its old numbers. */
import { tokensFrom, tokensTo } from '../syntax/layout.ts';
import type { Block, Tree } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';
import type { Analysis, Sources } from './analysis.ts';
import { analyseEdited, textOf } from './edited.ts';

/** The same spec with blanks in place of its scenarios and of every `expect`; all else stands where it stood. */
export const withoutAssertions = (analysis: Analysis, sources: Sources): Analysis =>
  blanked(analysis, sources, ({ kind }) => kind.text === 'scenario' || kind.text === 'expect');

/** The same spec with blanks in place of the other candidates of the top level, which would take the slots of the one named. */
export const withoutOthers = (analysis: Analysis, sources: Sources, named: string): Analysis =>
  analysis.machine.unplaced.every(({ name }) => name === named)
    ? analysis
    : blanked(analysis, sources, ({ hotplug, name }, isTop) => isTop && hotplug !== undefined && name?.text !== named);

function blanked(analysis: Analysis, sources: Sources, isOut: (block: Block, isTop: boolean) => boolean): Analysis {
  const tree = analysis.files.get(analysis.uri);
  const text = tree === undefined ? '' : textWithout(tree, isOut);
  return text === textOf(analysis) ? analysis : analyseEdited(analysis, sources, text);
}

function textWithout({ root, text }: Tree, isOut: (block: Block, isTop: boolean) => boolean): string {
  const pieces: string[] = [];
  let at = 0;
  walk(root, 0, (statement, parents) => {
    const { node } = statement;
    if (node.node !== 'block') return undefined;
    if (!isOut(node, parents.length === 0)) return undefined;
    const [from, to] = [tokensFrom(statement), tokensTo(statement)];
    pieces.push(text.slice(at, from), text.slice(from, to).replace(/[^\r\n]/g, ' '));
    at = to;
    return false;
  });
  return pieces.join('') + text.slice(at);
}
