/** Renaming what a spec declares, everywhere it is named. */
import type { TextEdit } from '../syntax/tree.ts';
import { namesIn, occurrenceAt, occurrencesOf, type SpecFiles } from './names.ts';

export type Renaming =
  | { readonly ok: true; readonly edits: ReadonlyMap<string, readonly TextEdit[]> }
  | { readonly ok: false; readonly reason: string };

/** The edits that give what is named at an offset another name; undefined when there is no name. */
export function renamingAt(files: SpecFiles, uri: string, offset: number, newName: string): Renaming | undefined {
  const here = occurrenceAt(files, uri, offset);
  if (here === undefined) return undefined;
  if (newName === '' || /[\r\n]/.test(newName))
    return { ok: false, reason: 'A name stands on one line and is not empty' };
  const { decl, name } = here.of;
  const names = namesIn(files);
  const scope = [names.things, names.deviceTypes, names.scenarios, ...names.snapshots.values()].find(
    (known) => known.get(name)?.decl === decl,
  );
  const taken = newName === name ? undefined : scope?.get(newName);
  if (taken !== undefined) return { ok: false, reason: `${newName} is already the name of a ${taken.decl.kind}` };
  const text = IS_WORD.test(newName) ? newName : JSON.stringify(newName);
  const edits = new Map<string, TextEdit[]>();
  for (const { uri: at, span } of occurrencesOf(files, here.of)) {
    const own = edits.get(at) ?? [];
    own.push({ ...span, text });
    edits.set(at, own);
  }
  return { ok: true, edits };
}

/** A name that needs no quotes. */
const IS_WORD = /^[A-Za-z_][A-Za-z0-9_-]*(\.[0-9]+)*$/;
