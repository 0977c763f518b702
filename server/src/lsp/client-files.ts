/** Files that the client reads for the server, which in a browser has no disk. */
import { RequestType } from 'vscode-languageserver';
import type { Sources } from '../model/sources.ts';
import type { Content, Files } from './files.ts';

/** Asks the client for the text of a file; null when it cannot be read. */
export const ReadFileRequest = new RequestType<{ uri: string }, { text: string | null }, void>('irqtopo/readFile');

/**
 * Files by way of `ask`. A file that was not asked for before is pending; `arrived` is called with its URI when it came.
 */
export function clientFiles(
  ask: (uri: string) => Promise<{ text: string | null }>,
  arrived: (uri: string) => void,
  log: (message: string) => void,
): Files {
  const known = new Map<string, Content>();

  const read = (uri: string): Content => {
    const content = known.get(uri);
    if (content !== undefined) return content;
    known.set(uri, 'pending');
    const learn = (learnt: Content) => {
      known.set(uri, learnt);
      arrived(uri);
    };
    ask(uri).then(
      ({ text }) => learn(text === null ? { missing: 'cannot be read' } : checked(text)),
      (error) => {
        log(`irqtopo/readFile ${uri}: ${error}`);
        learn({ missing: 'cannot be read' });
      },
    );
    return 'pending';
  };

  return {
    sourcesFor: (mainUri, folder, open): Sources => ({
      read: (uri) => {
        const text = open(uri);
        return text === undefined ? read(uri) : { text };
      },
      resolve: (fromUri, path) => {
        const uri = resolveUri(fromUri, path);
        const root = folder ?? mainUri.slice(0, mainUri.lastIndexOf('/'));
        return uri.startsWith(withSlash(root)) ? { uri } : { refused: 'leads out of the workspace folder' };
      },
    }),
    forget: (uris) => {
      for (const uri of uris) known.delete(uri);
    },
  };
}

/** The client decodes for us and puts U+FFFD where a byte is no UTF-8. */
function checked(text: string): Content {
  if (text.includes('\uFFFD')) return { missing: 'is not UTF-8' };
  if (text.includes('\0')) return { missing: 'is not text: it has a NUL byte' };
  return { text };
}

/**
 * `path` counted from a file, for URIs of any scheme: `vscode-vfs://…` is none that `new URL` knows how to go up and down in.
 */
function resolveUri(fromUri: string, path: string): string {
  const [, authority = '', folder = ''] = /^([^:]*:(?:\/\/[^/]*)?)(.*)\//.exec(fromUri) ?? [];
  const segments = folder.split('/');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(encodeSegment(segment));
  }
  return `${authority}${segments[0] === '' ? '' : '/'}${segments.join('/')}`;
}

/** Editors write URIs with everything encoded but the unreserved characters; one file must have one URI. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const withSlash = (uri: string) => (uri.endsWith('/') ? uri : `${uri}/`);
