// A Chromium for the end-to-end tests: the one named by CHROMIUM, else one that is installed, else (Linux x64) the one
// that an npm package carries.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { ensureInstalled, root } from './workbench.mjs';

const project = join(root, 'test', 'e2e', 'browser');
// BROWSER_FROM=npm tries that package where a browser is installed, npm-bare as on a machine with no libraries or fonts.
const from = process.env.BROWSER_FROM ?? '';

const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean);
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...programs.flatMap((p) => [
    join(p, 'Google/Chrome/Application/chrome.exe'),
    join(p, 'Microsoft/Edge/Application/msedge.exe'),
  ]),
];

/** `{ executablePath, env, source }`, or an exception that says what to do. */
export async function ensureBrowser() {
  if (process.env.CHROMIUM) return { executablePath: process.env.CHROMIUM, source: 'CHROMIUM' };
  const installed = from.startsWith('npm') ? undefined : places.find((place) => existsSync(place));
  if (installed) return { executablePath: installed, source: 'installed' };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'The end-to-end tests need Chrome, Chromium or Edge; none was found. Install one, or set CHROMIUM=/path/to/it.',
    );
  await ensureInstalled(project);
  return unpack(
    join(project, 'node_modules', '@sparticuz', 'chromium', 'bin'),
    join(project, 'node_modules', '.chromium'),
  );
}

/** Unpacks into our own folder. The package itself would unpack to, and trust, a folder that all users may write to. */
function unpack(packed, dir) {
  const executablePath = join(dir, 'chromium');
  const fonts = join(dir, 'fonts.conf');
  if (!existsSync(executablePath)) {
    mkdirSync(dir, { recursive: true });
    for (const name of ['al2023.tar.br', 'fonts.tar.br'])
      spawnSync('tar', ['-x', '-C', dir], { input: brotliDecompressSync(readFileSync(join(packed, name))) });
    writeFileSync(
      fonts,
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(dir, 'fonts')}</dir><cachedir>${join(dir, 'cache')}</cachedir></fontconfig>`,
    );
    const partial = `${executablePath}.partial`;
    writeFileSync(partial, brotliDecompressSync(readFileSync(join(packed, 'chromium.br'))));
    chmodSync(partial, 0o755);
    renameSync(partial, executablePath);
  }
  // What a bare machine lacks: NSS and NSPR, and any font at all (Chromium ends at the first text without one).
  const env = { ...process.env };
  const libraries = spawnSync('ldd', [executablePath], { encoding: 'utf8' }).stdout ?? '';
  if (from === 'npm-bare' || /not found/.test(libraries)) env.LD_LIBRARY_PATH = join(dir, 'lib');
  if (from === 'npm-bare' || !['/usr/share/fonts', '/usr/local/share/fonts'].some(hasFont)) env.FONTCONFIG_FILE = fonts;
  return { executablePath, env, source: 'npm' };
}

function hasFont(dir) {
  return existsSync(dir) && readdirSync(dir, { recursive: true }).some((f) => /\.(ttf|otf|ttc|pf[ab]|pcf.*)$/.test(f));
}
