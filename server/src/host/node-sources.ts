/** Files from a disk, for the hosts that run in Node: the command line and the server in a process. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MAX_TOTAL_CHARACTERS } from '../model/includes.ts';
import type { Sources } from '../model/sources.ts';

/** UTF-8 takes at most three bytes per UTF-16 code unit, so a longer file is over the limit of characters, whatever is in it. */
export const MAX_FILE_BYTES = 3 * MAX_TOTAL_CHARACTERS;

type Content = Exclude<ReturnType<Sources['read']>, 'pending'>;

/**
 * Sources that read the disk below one folder.
 * `rootUri`: the folder that includes may not leave, as a `file:` URI. `open`: the text of a file that an editor holds.
 */
export function nodeSources(rootUri: string, open: (uri: string) => string | undefined = () => undefined): Sources {
  const root = withSlash(new URL(rootUri).href);
  return {
    read: (uri) => {
      const text = open(uri);
      return text === undefined ? readText(uri) : { text };
    },
    resolve: (fromUri, path) => {
      const uri = new URL(path.split('/').map(encodeSegment).join('/'), fromUri).href;
      if (!isBelow(uri, root)) return { refused: 'leads out of the project folder' };
      if (leadsOut(uri, root)) return { refused: 'leads out of the project folder by a symbolic link' };
      return { uri };
    },
  };
}

/** The folder whose files a spec may include: the nearest one with `.git`, else the spec's own. Both are `file:` URIs. */
export function projectRootOf(fileUri: string): string {
  const own = dirname(fileURLToPath(fileUri));
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return pathToFileURL(folder + sep).href;
    if (dirname(folder) === folder) return pathToFileURL(own + sep).href;
  }
}

/** The text of a file, or why there is none, as the end of a sentence that begins with the file's name. */
export function readText(uri: string): Content {
  if (!uri.startsWith('file:')) return { missing: `cannot be read: ${new URL(uri).protocol} is no file on this disk` };
  try {
    const path = fileURLToPath(uri);
    const stat = statSync(path);
    if (stat.isDirectory()) return { missing: 'is a folder' };
    if (!stat.isFile()) return { missing: 'is not a regular file' };
    if (stat.size > MAX_FILE_BYTES) {
      return { missing: `is too large: ${mebibytes(stat.size)} MiB; the limit is ${mebibytes(MAX_FILE_BYTES)} MiB` };
    }
    return decode(readFileSync(path));
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): Content {
  const nul = bytes.indexOf(0);
  if (nul >= 0) return { missing: `is not text: it has a NUL byte in line ${lineAt(bytes, nul)}` };
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { missing: `is not UTF-8: ${invalidByte(bytes)}` };
  }
}

/** Names the first byte that is no UTF-8: where a forgiving decoder puts a U+FFFD that the file does not have. */
function invalidByte(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  let at = 0;
  let read = 0;
  for (let next = text.indexOf(REPLACEMENT); next >= 0; next = text.indexOf(REPLACEMENT, read)) {
    at += Buffer.byteLength(text.slice(read, next));
    if (!bytes.subarray(at, at + REPLACEMENT_BYTES.length).equals(REPLACEMENT_BYTES)) break;
    at += REPLACEMENT_BYTES.length;
    read = next + 1;
  }
  const byte = bytes[at] ?? 0;
  return `byte 0x${byte.toString(16).padStart(2, '0')} in line ${lineAt(bytes, at)}`;
}

const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}

/** Why the disk refused, as the end of a sentence that begins with the name of what was asked for. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read: permission denied';
  if (code === 'ELOOP') return 'is a symbolic link to itself';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** Editors write URIs with everything encoded but the unreserved characters; one file must have one URI. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isBelow(uri: string, folder: string): boolean {
  if (uri.startsWith(folder)) return true;
  // The same place can be written in several ways: %3A or a colon after a drive's letter.
  if (!uri.startsWith('file:') || !folder.startsWith('file:')) return false;
  return fileURLToPath(uri).startsWith(fileURLToPath(folder));
}

/** Whether a file that exists stands elsewhere than its path says. */
function leadsOut(uri: string, root: string): boolean {
  if (!uri.startsWith('file:')) return false;
  try {
    const folder = realpathSync(fileURLToPath(root));
    const target = realpathSync(fileURLToPath(uri));
    return !target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  } catch {
    // It does not exist, or may not be looked at: reading it will say so.
    return false;
  }
}

const withSlash = (uri: string) => (uri.endsWith('/') ? uri : `${uri}/`);

const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
