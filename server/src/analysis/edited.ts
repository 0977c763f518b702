/** An analysed spec with another text in place of its main file: what fixes and questions of "what if" are tried on. */
import type { FixContext } from '../fixes/context.ts';
import type { Sources } from '../model/sources.ts';
import { diffEdit, reparse } from '../syntax/reparse.ts';
import type { Tree } from '../syntax/tree.ts';
import type { Analysis } from './analysis.ts';
import { analyseNow } from './pipeline.ts';

/** The analysis of the same files with this text in the main one. What did not change is taken from the one before. */
export const analyseEdited = (before: Analysis, sources: Sources, text: string): Analysis =>
  analyseNow(withText(sources, before.uri, text), before.uri, before, edited(before, text));

/** What fixes read of an analysis; undefined where its main file could not be read. */
export function fixContext(analysis: Analysis): FixContext | undefined {
  const tree = analysis.files.get(analysis.uri);
  return tree && { ...analysis, uri: analysis.uri, tree };
}

/** The text of the main file. */
export const textOf = (analysis: Analysis): string => analysis.files.get(analysis.uri)?.text ?? '';

/** The same files, but for one. */
export const withText = (sources: Sources, uri: string, text: string): Sources => ({
  ...sources,
  read: (asked) => (asked === uri ? { text } : sources.read(asked)),
});

/** The trees of the analysis, with the main file's brought to another text. */
function edited({ files, uri }: Analysis, text: string): ReadonlyMap<string, Tree> {
  const tree = files.get(uri);
  return tree === undefined ? files : new Map(files).set(uri, reparse(tree, [diffEdit(tree.text, text)], text));
}
