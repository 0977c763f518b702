/**
 * The texts that editors hold and what was found out about them. Each open text is checked as the main file of a spec of
 * its own; one that another includes takes part in that other spec, too.
 */
import { LSPErrorCodes, ResponseError, type TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Analysis, LocatedFinding } from '../analysis/analysis.ts';
import { analyse } from '../analysis/index.ts';
import type { Sources } from '../model/sources.ts';
import { parse } from '../syntax/parser.ts';
import { reparse } from '../syntax/reparse.ts';
import type { Tree } from '../syntax/tree.ts';
import { LOCK_SUFFIX } from '../timeline/lock/lock-file.ts';
import { type Encoding, type LinedText, withLines } from './convert.ts';
import type { Files } from './files.ts';
import { changeText, type OpenText, openText } from './open-text.ts';
import { makeSlices } from './slices.ts';
import { WARM_UP_AT_ONCE_MS, warmUp } from './warm-up.ts';

export interface Workspace {
  readonly open: (uri: string, version: number, text: string) => void;
  readonly change: (uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]) => void;
  readonly close: (uri: string) => void;
  /** These files are other than they were on disk: what includes anything is checked again. */
  readonly changedOnDisk: (uris: readonly string[]) => void;
  /** A file that was pending has come. Whether anything is checked again. */
  readonly arrived: (uri: string) => boolean;
  /** Everything is checked again, as after a change of the workspace's folders. */
  readonly recheckAll: () => void;
  /** Makes the engine ready for what is to come: a little at once, the rest while there is nothing else to do. */
  readonly warmUp: () => void;

  /** Every text that an editor holds. */
  readonly uris: () => readonly string[];
  /** Every file that no editor holds and a spec has read. */
  readonly includedUris: () => readonly string[];
  /** The tree of such a file. */
  readonly includedTree: (uri: string) => Tree | undefined;
  readonly textOf: (uri: string) => OpenText | undefined;
  /** The tree of an open text as it is now. */
  readonly treeOf: (uri: string) => Tree | undefined;
  /** Lines of any file that an editor holds or a spec has read. */
  readonly linesOf: (uri: string) => LinedText | undefined;
  readonly sourcesOf: (uri: string) => Sources;
  /**
   * What there is to know of an open text as it is now. Rejects with ContentModified when the text changes before that
   * is found out. undefined: no editor holds it.
   */
  readonly analysis: (uri: string) => Promise<Analysis> | undefined;
  /** The last analysis that was finished: of this text, or of one before it. */
  readonly lastAnalysis: (uri: string) => Analysis | undefined;
  /** All findings in a file, of every open spec it is part of. undefined while one of those is still being checked. */
  readonly findingsIn: (uri: string) => Findings | undefined;
  /** Waits until {@link findingsIn} answers. */
  readonly settled: (uri: string) => Promise<Findings>;
}

export interface Findings {
  /** Another one whenever the findings may be others. */
  readonly id: string;
  readonly findings: readonly Found[];
  /** A check of this file as a main file failed, by a mistake of ours. */
  readonly failure: string | undefined;
}

/** A finding and the analysis that made it, which knows where its places are. */
export interface Found {
  readonly located: LocatedFinding;
  readonly by: Analysis;
}

/** What a workspace tells the outside. */
export interface Listener {
  /** A spec was checked, or closed: what there is to say about these files may be new. */
  readonly checked: (mainUri: string, touched: ReadonlySet<string>) => void;
  readonly failed: (mainUri: string, version: number, error: unknown) => void;
}

/** An open text as the main file of a spec. */
interface Spec {
  text: OpenText;
  /** Of `text`; undefined: not parsed yet. */
  tree: Tree | undefined;
  /** The last one that was finished. */
  analysis: Analysis | undefined;
  failure: string | undefined;
  /** Serial number of the last check that was finished. */
  serial: number;
  /** `analysis` or `failure` is of what the text and its includes are now. */
  fresh: boolean;
  /** The check has run, but a file is still on its way from the client. */
  pending: boolean;
  waiting: Waiting[];
}

interface Waiting {
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: unknown) => void;
}

export interface WorkspaceOptions {
  readonly files: Files;
  readonly folders: () => readonly string[];
  readonly encoding: Encoding;
  /** Calls back after the messages that wait were handled. */
  readonly later: (run: () => void) => void;
  /** Called when there is nothing left to do. */
  readonly rested: () => void;
  readonly listener: Listener;
}

export function makeWorkspace({ files, folders, encoding, later, rested, listener }: WorkspaceOptions): Workspace {
  const specs = new Map<string, Spec>();
  const slices = makeSlices(later, rested);
  const linesOfTrees = new WeakMap<Tree, LinedText>();
  let serial = 0;
  let settling: (() => void)[] = [];

  const folderOf = (uri: string) => folders().find((folder) => uri.startsWith(withSlash(folder)));
  const sourcesOf = (uri: string) => files.sourcesFor(uri, folderOf(uri), (asked) => specs.get(asked)?.text.text);

  /** The specs that read a file: its own when it is open, and those that include it. */
  const readersOf = (uri: string): readonly [string, Spec][] =>
    [...specs].filter(([main, spec]) => main === uri || spec.analysis?.model.read.has(uri));

  const recheck = (uri: string, spec: Spec, why: string) => {
    spec.fresh = false;
    spec.pending = false;
    rejectAll(spec, new ResponseError(LSPErrorCodes.ContentModified, why));
    const sources = trackPending(sourcesOf(uri), () => {
      spec.pending = true;
    });
    slices.start(
      uri,
      () => {
        spec.pending = false;
        return analyse(sources, uri, spec.analysis, knownTrees(spec));
      },
      (analysis) => {
        spec.tree = analysis.files.get(uri) ?? spec.tree;
        // What a file that is still on its way would declare is missed by this analysis: it says nothing yet.
        if (!spec.pending) finish(uri, spec, analysis);
      },
      (error) => {
        listener.failed(uri, spec.text.version, error);
        finish(uri, spec, error instanceof Error ? error : new Error(String(error)));
      },
    );
  };

  /** What is parsed already: what the last analysis has read, and the open texts as edits have left them. */
  const knownTrees = (spec: Spec): ReadonlyMap<string, Tree> => {
    const trees = new Map(spec.analysis?.model.read);
    for (const [uri, { tree }] of specs) if (tree !== undefined) trees.set(uri, tree);
    return trees;
  };

  const finish = (uri: string, spec: Spec, outcome: Analysis | Error) => {
    const before = spec.analysis;
    spec.serial = ++serial;
    spec.fresh = true;
    if (outcome instanceof Error) {
      spec.failure = outcome.message;
      rejectAll(spec, outcome);
    } else {
      spec.failure = undefined;
      spec.analysis = outcome;
      for (const { resolve } of spec.waiting.splice(0)) resolve(outcome);
    }
    settle(uri, new Set([uri, ...(before?.files.keys() ?? []), ...(spec.analysis?.files.keys() ?? [])]));
  };

  const settle = (uri: string, touched: ReadonlySet<string>) => {
    listener.checked(uri, touched);
    const resume = settling;
    settling = [];
    for (const look of resume) look();
  };

  const includedTree = (uri: string) => readersOf(uri)[0]?.[1].analysis?.model.read.get(uri);

  const changed = (uri: string, why: string) => {
    // The newest start is worked on first, and that is to be the text itself, not what includes it.
    for (const [main, spec] of readersOf(uri)) if (main !== uri) recheck(main, spec, `an included file: ${why}`);
    const own = specs.get(uri);
    if (own !== undefined) recheck(uri, own, why);
  };

  const findingsIn = (uri: string): Findings | undefined => {
    const readers = readersOf(uri);
    if (readers.some(([, spec]) => !spec.fresh)) return undefined;
    return {
      id: readers.map(([, spec]) => spec.serial).join('.'),
      findings: joined(uri, readers),
      failure: specs.get(uri)?.failure,
    };
  };

  return {
    open(uri, version, text) {
      const before = specs.get(uri);
      if (before !== undefined) rejectAll(before, closedError);
      specs.set(uri, { ...UNCHECKED, text: openText(uri, version, text), waiting: [] });
      changed(uri, 'the text was opened');
    },
    change(uri, version, changes) {
      const spec = specs.get(uri);
      if (spec === undefined) return;
      const { text, edits } = changeText(spec.text, version, changes, encoding);
      spec.text = text;
      spec.tree = spec.tree && edits && reparse(spec.tree, edits, text.text);
      changed(uri, 'the text has changed');
    },
    close(uri) {
      const spec = specs.get(uri);
      if (spec === undefined) return;
      slices.drop(uri);
      specs.delete(uri);
      rejectAll(spec, closedError);
      files.forget([uri]);
      changed(uri, 'the text was closed');
      settle(uri, new Set([uri, ...(spec.analysis?.files.keys() ?? [])]));
    },
    changedOnDisk(uris) {
      const concerned = uris.filter((uri) => !specs.has(uri));
      if (concerned.length === 0) return;
      files.forget(concerned);
      // A file that was missing may be there now, so it is not enough to look at what was read.
      for (const [uri, spec] of specs)
        if (spec.analysis !== undefined && (includesAny(spec.analysis) || concerned.includes(uri + LOCK_SUFFIX)))
          recheck(uri, spec, 'an included file has changed');
    },
    arrived(file) {
      if (file.endsWith(LOCK_SUFFIX)) {
        // A check does not wait for a lock file, as few specs have one.
        const uri = file.slice(0, -LOCK_SUFFIX.length);
        const own = specs.get(uri);
        const content = sourcesOf(uri).read(file);
        if (own === undefined || content === 'pending' || 'missing' in content) return false;
        recheck(uri, own, 'its lock file has come');
        return true;
      }
      for (const [uri, spec] of specs) if (spec.pending) recheck(uri, spec, 'an included file has come');
      return true;
    },
    warmUp() {
      slices.start('warm-up', warmUp, nothing, (error) => listener.failed('warm-up', 0, error), WARM_UP_AT_ONCE_MS);
    },
    recheckAll() {
      for (const [uri, spec] of specs) recheck(uri, spec, 'the workspace has changed');
    },

    uris: () => [...specs.keys()],
    includedUris() {
      const read = new Set([...specs.values()].flatMap(({ analysis }) => [...(analysis?.model.read.keys() ?? [])]));
      return [...read].filter((uri) => !specs.has(uri));
    },
    textOf: (uri) => specs.get(uri)?.text,
    treeOf(uri) {
      const spec = specs.get(uri);
      if (spec === undefined) return undefined;
      spec.tree ??= parse(spec.text.text);
      return spec.tree;
    },
    linesOf(uri) {
      const open = specs.get(uri)?.text;
      if (open !== undefined) return open;
      const tree = includedTree(uri);
      if (tree === undefined) return undefined;
      const lines = linesOfTrees.get(tree) ?? withLines(tree.text);
      linesOfTrees.set(tree, lines);
      return lines;
    },
    includedTree,
    sourcesOf,
    analysis(uri) {
      const spec = specs.get(uri);
      if (spec === undefined) return undefined;
      if (!spec.fresh) return new Promise((resolve, reject) => spec.waiting.push({ resolve, reject }));
      if (spec.failure !== undefined || spec.analysis === undefined) return Promise.reject(new Error(spec.failure));
      return Promise.resolve(spec.analysis);
    },
    lastAnalysis: (uri) => specs.get(uri)?.analysis,
    findingsIn,
    async settled(uri) {
      for (;;) {
        const findings = findingsIn(uri);
        if (findings !== undefined) return findings;
        await new Promise<void>((resolve) => settling.push(resolve));
      }
    },
  };
}

const UNCHECKED = {
  tree: undefined,
  analysis: undefined,
  failure: undefined,
  serial: 0,
  fresh: false,
  pending: false,
} as const;

const nothing = () => undefined;

const closedError = new ResponseError(LSPErrorCodes.ContentModified, 'the text was closed');

function rejectAll(spec: Spec, error: unknown) {
  for (const { reject } of spec.waiting.splice(0)) reject(error);
}

const trackPending = (sources: Sources, found: () => void): Sources => ({
  ...sources,
  read: (uri) => {
    const content = sources.read(uri);
    if (content === 'pending' && !uri.endsWith(LOCK_SUFFIX)) found();
    return content;
  },
});

const includesAny = ({ model, findings }: Analysis): boolean =>
  model.read.size > 1 || findings.some(({ finding }) => finding.rule === 'include-outside');

/** The findings of several specs in one file. What two specs both say is said once. */
function joined(uri: string, readers: readonly [string, Spec][]): readonly Found[] {
  const said = new Set<string>();
  const found: Found[] = [];
  for (const [, { analysis }] of readers) {
    for (const located of analysis?.findings ?? []) {
      if (located.uri !== uri || analysis === undefined) continue;
      if (readers.length > 1) {
        const { finding, span } = located;
        const key = `${finding.rule} ${span.from} ${span.to} ${finding.message}`;
        if (said.has(key)) continue;
        said.add(key);
      }
      found.push({ located, by: analysis });
    }
  }
  return readers.length > 1 ? found.sort((a, b) => a.located.span.from - b.located.span.from) : found;
}

const withSlash = (uri: string) => (uri.endsWith('/') ? uri : `${uri}/`);
