/** What handlers of requests about a place in a text begin and end with. */
import type { Location, Position, TextEdit as ProtocolEdit, Range } from 'vscode-languageserver';
import type { Analysis } from '../analysis/analysis.ts';
import type { TargetFiles } from '../ide/elsewhere.ts';
import type { SpecFiles } from '../ide/names.ts';
import { MAX_TEXT_LENGTH } from '../syntax/parser.ts';
import type { Span, TextEdit, Tree } from '../syntax/tree.ts';
import { offsetAt, rangeOf } from './convert.ts';
import type { OpenText } from './open-text.ts';
import type { Session } from './session.ts';

/** A text as an editor holds it now, with its tree. */
export interface Asked {
  readonly text: OpenText;
  readonly tree: Tree;
}

/** The text a request is about; undefined when no editor holds it, or when it is so long that it was not read. */
export function asked({ workspace }: Session, uri: string): Asked | undefined {
  const text = workspace.textOf(uri);
  if (text !== undefined && text.text.length > MAX_TEXT_LENGTH) return undefined;
  const tree = workspace.treeOf(uri);
  return text === undefined || tree === undefined ? undefined : { text, tree };
}

/** A text with what was found out about it. */
export interface Analysed extends Asked {
  readonly analysis: Analysis;
}

/**
 * A text once it is checked, for what editors ask once after an edit and not again: where it changes meanwhile, the answer is about
 * the newer text, and not that it has changed.
 */
export async function analysed(session: Session, uri: string): Promise<Analysed | undefined> {
  await session.workspace.settled(uri);
  const analysis = await session.workspace.analysis(uri);
  const about = asked(session, uri);
  return analysis === undefined || about === undefined ? undefined : { ...about, analysis };
}

/** The offset of a position in the text that the request was made for. */
export const offsetIn = ({ encoding }: Session, text: OpenText, position: Position): number =>
  offsetAt(text, position, encoding);

/**
 * The files of a text's spec: the text itself as it is now, those it includes as the last check has read them. Only the
 * very first check is waited for.
 */
export async function filesOf({ workspace }: Session, uri: string, tree: Tree): Promise<SpecFiles> {
  const analysis = workspace.lastAnalysis(uri) ?? (await workspace.analysis(uri));
  const files = new Map<string, Tree>([[uri, tree]]);
  for (const [other, theirs] of analysis?.files ?? [])
    if (other !== uri) files.set(other, workspace.treeOf(other) ?? theirs);
  return files;
}

/** The files of the specs that a text's scenarios migrate to, as the last check has read them. */
export function targetFilesOf({ workspace }: Session, uri: string): TargetFiles {
  return (path) => {
    const target = workspace.sourcesOf(uri).resolve(uri, path);
    const spec = 'uri' in target ? workspace.lastAnalysis(uri)?.model.targets.get(target.uri)?.spec : undefined;
    return spec && new Map([...spec.files].map(([file, tree]) => [file, workspace.treeOf(file) ?? tree]));
  };
}

/** A span of a file that may be none of those an editor holds; undefined when it is not known at all. */
export function rangeIn({ workspace, encoding }: Session, uri: string, span: Span): Range | undefined {
  const lined = workspace.linesOf(uri);
  return lined && rangeOf(lined, span, encoding);
}

export function locationOf(session: Session, uri: string, span: Span): Location | undefined {
  const range = rangeIn(session, uri, span);
  return range && { uri, range };
}

/** Edits of a file, for the client. */
export function protocolEdits(session: Session, uri: string, edits: readonly TextEdit[]): ProtocolEdit[] {
  return edits.flatMap((edit) => {
    const range = rangeIn(session, uri, edit);
    return range === undefined ? [] : [{ range, newText: edit.text }];
  });
}
