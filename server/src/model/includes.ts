/** A main file and all it includes, each read once, as one sequence of top-level blocks. */
import { parse } from '../syntax/parser.ts';
import type { Include, Span, Tree } from '../syntax/tree.ts';
import { declareFile } from './declare-file.ts';
import type { Declared } from './declared.ts';
import { followPath, quoted } from './paths.ts';
import type { ModelProblem, Related } from './problem.ts';
import type { Sources } from './sources.ts';

/** Files of one spec. Far beyond any spec that is read by people; what it stops are generated chains. */
export const MAX_FILES = 1000;

/** UTF-16 code units of all files of one spec together: ten times the largest spec that is checked at each keystroke (1.3 MB). */
export const MAX_TOTAL_CHARACTERS = 16 * 1024 * 1024;

export interface LoadedFiles {
  /** Main file first, then included ones in the order read. */
  readonly files: ReadonlyMap<string, Tree>;
  /** Top-level blocks in the order of reading: an included file's stand where its `include` does. */
  readonly top: readonly Declared[];
  readonly problems: readonly ModelProblem[];
  /** False when a file was missing, refused, pending or left out: a name that is not found may be declared there. */
  readonly whole: boolean;
  /** A file is not there yet; the host analyses again when it has come. */
  readonly pending: boolean;
}

/**
 * Reads `mainUri` and what it includes. `known` are trees parsed before: one whose text is the file's text is taken as it
 * is, so that what was computed from its nodes is found again.
 */
export function loadFiles(
  sources: Sources,
  mainUri: string,
  known: ReadonlyMap<string, Tree> = new Map(),
): LoadedFiles {
  const files = new Map<string, Tree>();
  const top: Declared[] = [];
  const problems: ModelProblem[] = [];
  /** The includes that lead to the file being read, outermost first. */
  const chain: { readonly uri: string; readonly at: Related['at'] }[] = [];
  let characters = 0;
  let whole = true;
  let pending = false;

  const readFile = (uri: string, text: string) => {
    characters += text.length;
    const before = known.get(uri);
    const tree = before?.text === text ? before : parse(text);
    files.set(uri, tree);
    const file = declareFile(tree);
    for (const problem of file.placing) problems.push(problem);
    for (const { span, message, rule, replacement } of file.problems) {
      problems.push({ rule, at: { uri, span }, message, ...(replacement === undefined ? {} : { replacement }) });
    }
    for (const item of file.items) {
      if ('decl' in item) top.push(item.decl);
      else follow(uri, item.include, item.span);
    }
  };

  const follow = (fromUri: string, include: Include, span: Span) => {
    const path = include.path.text;
    const at = { uri: fromUri, span };
    const refuse = (reason: string, replacement?: string, related?: readonly Related[]) => {
      whole = false;
      const more = {
        ...(replacement === undefined ? {} : { replacement }),
        ...(related === undefined ? {} : { related }),
      };
      problems.push({ rule: 'include-outside', at, message: `${quoted(path)} ${reason}`, facts: { path }, ...more });
    };
    const target = followPath(sources, fromUri, path);
    if ('refused' in target) return refuse(target.refused, target.replacement);
    const { uri } = target;
    const loop = uri === mainUri ? 0 : chain.findIndex((link) => link.uri === uri) + 1;
    if (loop > 0 || uri === mainUri) {
      const related = chain.slice(loop).map((link) => ({ at: link.at, message: 'by way of this include' }));
      return refuse(uri === fromUri ? 'includes itself' : 'includes this file in turn', undefined, related);
    }
    if (files.has(uri)) return;
    const over = (what: string, n: number, limit: number) => {
      whole = false;
      const message = `${what}: ${n} is over the limit of ${limit}; the rest is checked`;
      problems.push({ rule: 'limit-exceeded', at, message, facts: { limit } });
    };
    if (files.size >= MAX_FILES) return over('Files of one spec', files.size + 1, MAX_FILES);
    const content = sources.read(uri);
    if (content === 'pending') {
      pending = true;
      whole = false;
      return;
    }
    if ('missing' in content) return refuse(content.missing);
    const total = characters + content.text.length;
    if (total > MAX_TOTAL_CHARACTERS) return over('Characters in all files of one spec', total, MAX_TOTAL_CHARACTERS);
    chain.push({ uri, at });
    readFile(uri, content.text);
    chain.pop();
  };

  const main = sources.read(mainUri);
  if (main === 'pending') {
    return { files: new Map([[mainUri, parse('')]]), top, problems, whole: false, pending: true };
  }
  if ('missing' in main) {
    const at = { uri: mainUri, span: { from: 0, to: 0 } };
    problems.push({ rule: 'include-outside', at, message: `${quoted(mainUri)} ${main.missing}` });
    return { files: new Map([[mainUri, parse('')]]), top, problems, whole: false, pending };
  }
  readFile(mainUri, main.text);
  return { files, top, problems, whole, pending };
}
