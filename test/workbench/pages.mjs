// The virtual module `irqtopo:pages`: { ruleId: markdown } of docs/rules/*.md. The shipped bundles carry the pages
// this way, so that hover and `irqtopo explain` need no file system; esbuild and vitest share this one definition.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const NAME = 'irqtopo:pages';

/** The text of every rule's page, by the rule's id. */
export function readPages() {
  const dir = join(root, 'docs', 'rules');
  if (!existsSync(dir)) return {};
  const names = readdirSync(dir).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return Object.fromEntries(names.sort().map((name) => [name.slice(0, -3), readFileSync(join(dir, name), 'utf8')]));
}

/** For esbuild's `plugins`. */
export const pagesForEsbuild = {
  name: 'irqtopo-pages',
  setup(build) {
    build.onResolve({ filter: /^irqtopo:pages$/ }, () => ({ path: NAME, namespace: 'irqtopo' }));
    build.onLoad({ filter: /.*/, namespace: 'irqtopo' }, () => ({
      contents: JSON.stringify(readPages()),
      loader: 'json',
    }));
  },
};

/** For vite's `plugins`. */
export const pagesForVite = {
  name: 'irqtopo-pages',
  resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
  load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(readPages())}` : undefined),
};
