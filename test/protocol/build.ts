/** Builds dist/ when a source is newer than the server in it, so that the tests talk to what the sources say. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export default function build(): void {
  const server = join(root, 'dist', 'server-node.cjs');
  const built = existsSync(server) ? statSync(server).mtimeMs : 0;
  const sources = readdirSync(join(root, 'server', 'src'), { recursive: true, withFileTypes: true });
  const stale = sources.some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > built);
  if (stale) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
}
