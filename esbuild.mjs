// Builds everything that is shipped: client and server for desktop and browser, and the command line, one file each.
//   node esbuild.mjs [--sourcemap] [--metafile]
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pagesForEsbuild, root } from './test/workbench/pages.mjs';

const started = Date.now();
const options = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: process.argv.includes('--sourcemap'),
  metafile: process.argv.includes('--metafile'),
  logLevel: 'warning',
  target: 'es2022',
  plugins: [pagesForEsbuild],
};
const node = { platform: 'node', format: 'cjs' };
const browser = { platform: 'browser' };
const bundles = [
  { entry: 'client/src/node.ts', outfile: 'dist/client-node.cjs', ...node, external: ['vscode'] },
  {
    entry: 'client/src/browser.ts',
    outfile: 'dist/client-browser.js',
    ...browser,
    format: 'cjs',
    external: ['vscode'],
  },
  { entry: 'server/src/lsp/node.ts', outfile: 'dist/server-node.cjs', ...node },
  { entry: 'server/src/lsp/browser.ts', outfile: 'dist/server-browser.js', ...browser, format: 'iife' },
  { entry: 'server/src/cli/main.ts', outfile: 'dist/cli.cjs', ...node, banner: { js: '#!/usr/bin/env node' } },
];

const failures = [];
for (const result of await Promise.allSettled(
  bundles.map(async ({ entry, ...bundle }) => {
    if (!existsSync(join(root, entry))) throw new Error(`${entry} is missing`);
    const built = await build({ ...options, ...bundle, entryPoints: [entry] });
    if (built.metafile) writeFileSync(join(root, `${bundle.outfile}.meta.json`), JSON.stringify(built.metafile));
  }),
))
  if (result.status === 'rejected') failures.push(result.reason);

linkCommand();
// All that can be built is built before the first failure ends it, so that one broken part does not hide the others.
for (const failure of failures)
  console.error(`esbuild: ${failure.errors ? `${failure.errors.length} errors` : failure.message}`);
if (failures.length > 0) process.exit(1);
console.log(`built ${bundles.length} bundles in ${Date.now() - started} ms`);

/** npm links a package's own command only into the projects that install it; this one uses its own with npx, too. */
function linkCommand() {
  const command = join(root, 'dist', 'cli.cjs');
  const bin = join(root, 'node_modules', '.bin');
  if (!existsSync(command) || !existsSync(bin)) return;
  chmodSync(command, 0o755);
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'irqtopo.cmd'), '@node "%~dp0\\..\\..\\dist\\cli.cjs" %*\r\n');
    return;
  }
  const link = join(bin, 'irqtopo');
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
  mkdirSync(bin, { recursive: true });
  symlinkSync('../../dist/cli.cjs', link);
}
