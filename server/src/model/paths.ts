/** Paths to other files, as `include` and `migrate` have them. */
import type { Sources } from './sources.ts';

export type PathTarget =
  | { readonly uri: string }
  /** Ends the sentence that begins with the path. `replacement`: the path that was meant, quoted. */
  | { readonly refused: string; readonly replacement?: string };

/** Where a path leads from a file: relative, with `/`, and not out of the project. */
export function followPath(sources: Sources, fromUri: string, path: string): PathTarget {
  if (path === '') return { refused: 'names no file' };
  if (path.includes('\\')) {
    return { refused: 'has a backslash; paths use /', replacement: quoted(path.replaceAll('\\', '/')) };
  }
  if (isAbsolute(path)) return { refused: 'is absolute; a path counts from the file it stands in' };
  return sources.resolve(fromUri, path);
}

/** A path as it is written. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Unix and network paths, drive letters, and anything with a scheme. */
function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);
}
