// Runs a TypeScript program of this repository:   node test/workbench/ts-run.mjs FILE [ARGUMENT…]
// It is bundled into dist/run/ first (a tenth of a second), so no loader is needed, and `irqtopo:pages` resolves.
import { spawnSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { pagesForEsbuild, root } from './pages.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  console.error('usage: node test/workbench/ts-run.mjs FILE [ARGUMENT…]');
  process.exit(2);
}
const entry = resolve(file);
const outfile = join(root, 'dist', 'run', `${relative(root, entry).replace(/\.ts$/, '').replace(/\W+/g, '-')}.mjs`);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
  plugins: [pagesForEsbuild],
  // CommonJS packages in an ES module bundle still call require for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // A source that asks where it stands means its own folder, not dist/run.
  define: { 'import.meta.dirname': JSON.stringify(join(entry, '..')), 'import.meta.filename': JSON.stringify(entry) },
}).catch(() => process.exit(1));
const nodeOptions = ['--enable-source-maps', ...(process.env.TS_RUN_NODE ?? '').split(' ').filter(Boolean)];
process.exit(spawnSync(process.execPath, [...nodeOptions, outfile, ...args], { stdio: 'inherit' }).status ?? 1);
