/** Files from the disk. */
import { nodeSources, projectRootOf } from '../host/node-sources.ts';
import type { Sources } from '../model/sources.ts';
import type { Content, Files } from './files.ts';

type Target = ReturnType<Sources['resolve']>;

/**
 * Files from the disk. What was read is kept until `forget`: between two keystrokes a file that nobody reports as changed
 * is the same.
 */
export function nodeFiles(): Files {
  const contents = new Map<string, Content>();
  const targets = new Map<string, Target>();
  return {
    sourcesFor: (mainUri, folder, open) => {
      if (!mainUri.startsWith('file:')) return unsaved(open);
      const root = folder ?? projectRootOf(mainUri);
      const disk = nodeSources(root);
      return {
        read: (uri) => {
          const text = open(uri);
          return text === undefined ? kept(contents, uri, () => disk.read(uri)) : { text };
        },
        resolve: (fromUri, path) => kept(targets, `${root}\n${fromUri}\n${path}`, () => disk.resolve(fromUri, path)),
      };
    },
    forget: (uris) => {
      for (const uri of uris) contents.delete(uri);
      targets.clear();
    },
  };
}

/** For `untitled:` texts and those of schemes that Node cannot read: they stand alone. */
const unsaved = (open: (uri: string) => string | undefined): Sources => ({
  read: (uri) => {
    const text = open(uri);
    return text === undefined ? { missing: 'cannot be read' } : { text };
  },
  resolve: () => ({ refused: 'cannot be followed: this text is in no folder on disk' }),
});

function kept<T>(known: Map<string, T>, key: string, find: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const fresh = find();
  known.set(key, fresh);
  return fresh;
}
