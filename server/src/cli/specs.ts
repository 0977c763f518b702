/** Which specs the paths of a command line mean. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { reasonOf } from '../host/node-sources.ts';
import { compare } from './report.ts';

export interface Specs {
  /** Absolute paths, sorted, each once. */
  readonly files: readonly string[];
  /** Paths that mean nothing; `reason` ends the sentence that begins with the path. */
  readonly unusable: readonly Unusable[];
}

export interface Unusable {
  readonly path: string;
  readonly reason: string;
}

const EXTENSION = '.irqtopo';

/** The files named, whatever their extension, and those with ours below the folders named. */
export function findSpecs(paths: readonly string[], cwd: string): Specs {
  const files = new Set<string>();
  const unusable: Unusable[] = [];
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    if (!isFolder(absolute)) {
      files.add(absolute);
      continue;
    }
    const below = specsBelow(absolute);
    for (const file of below.files) files.add(file);
    unusable.push(...below.unusable.map(({ path, reason }) => ({ path: displayPath(path, cwd), reason })));
    if (below.files.length === 0 && below.unusable.length === 0) {
      unusable.push({ path, reason: `has no ${EXTENSION} file in it` });
    }
  }
  return { files: [...files].sort(compare), unusable };
}

/** How a file is called in output: relative to the folder the command runs in, with `/` on every system. */
export function displayPath(absolute: string, cwd: string): string {
  return relative(cwd, absolute).split(sep).join('/') || '.';
}

/** Follows links to files, not to folders: those could lead round in a circle. */
function specsBelow(folder: string): { readonly files: readonly string[]; readonly unusable: readonly Unusable[] } {
  const files: string[] = [];
  const unusable: Unusable[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = entriesOf(next);
    if (typeof entries === 'string') {
      unusable.push({ path: next, reason: entries });
      continue;
    }
    for (const entry of entries) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) {
        if (!isOthers(entry.name)) open.push(path);
      } else if (entry.name.endsWith(EXTENSION)) {
        files.push(path);
      }
    }
  }
  return { files, unusable };
}

/** What cannot be looked at counts as a file: reading it has the words for what is wrong. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function entriesOf(folder: string): readonly Dirent[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return reasonOf(error);
  }
}

/** Hidden folders belong to tools, node_modules to other people. */
const isOthers = (folder: string): boolean => folder.startsWith('.') || folder === 'node_modules';
