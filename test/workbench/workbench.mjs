// A VS Code workbench on this machine: the VS Code that code-server carries, straight from npm, started with plain Node
// (nothing is compiled, nothing fetched from elsewhere). Only Node's own modules are used: this runs on a fresh clone.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
/** The repository's root folder. */
export const root = join(here, '..', '..');
/** What the extension is called by VS Code. */
export const extensionId = 'irqtopo.irqtopo';

// Another version can be tried with these two.
const node = process.env.WB_NODE ?? process.execPath;
const vscodeDir = process.env.WB_VSCODE ?? join(here, 'node_modules', 'code-server', 'lib', 'vscode');
const serverMain = join(vscodeDir, 'out', 'server-main.js');

const windows = process.platform === 'win32';

/** Runs a program to its end: `{ code, output }`. With `live`, its output also appears as it comes. */
export function run(command, args, { cwd = root, env = process.env, live = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell: windows && command === 'npm',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (data) => {
      output += data;
      if (live) process.stdout.write(data);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => done({ code: 1, output: String(error) }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** As `run`, but a failure is an exception that carries the output. */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`);
  return output;
}

/** `npm ci` in `dir`, unless what is there came from this very lock file. True where it had to be done. */
export async function ensureInstalled(dir) {
  const lock = createHash('sha256')
    .update(readFileSync(join(dir, 'package-lock.json')))
    .digest('hex');
  const want = `${lock} ${process.platform} ${process.arch}\n`;
  const stamp = join(dir, 'node_modules', '.irqtopo-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return false;
  await must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: dir });
  writeFileSync(stamp, want);
  return true;
}

/** Fetches the workbench where it is missing. */
export async function ensureWorkbench() {
  const did = await ensureInstalled(here);
  // The page asks for /static/node_modules/…, which the server looks up below its own folder.
  const link = join(vscodeDir, 'node_modules');
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(join(here, 'node_modules'), link, 'junction');
  return did;
}

/** The environment of the server: what leaks in from a VS Code terminal or a test runner would change it. */
function cleanEnvironment() {
  const env = { ...process.env, NODE_OPTIONS: '' };
  delete env.VSCODE_IPC_HOOK_CLI;
  return env;
}

/** Installs a .vsix into an extensions folder. */
export async function installVsix(vsix, { dataDir, extensionsDir }) {
  const folders = [
    '--extensions-dir',
    extensionsDir,
    '--server-data-dir',
    dataDir,
    '--user-data-dir',
    join(dataDir, 'user'),
  ];
  const args = [serverMain, '--install-extension', vsix, '--force', ...folders];
  const output = await must(node, args, { env: cleanEnvironment() });
  if (!output.includes('successfully installed')) throw new Error(`${vsix} was not installed:\n${output}`);
}

/** A quiet workbench: no welcome page, no tips, no questions, no calls home. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'window.menuBarVisibility': 'classic',
  'editor.minimap.enabled': false,
  'editor.inlayHints.enabled': 'on',
};

/**
 * Starts the server on 127.0.0.1 and resolves once it listens. `open` is a file with an optional `:line:column`.
 * The address holds a secret: without it any page or user of this machine could run programs through the server.
 */
export async function serve({ dataDir, extensionsDir, folder, open, port = 0, userSettings = {} }) {
  const userDir = join(dataDir, 'user', 'User');
  const settingsFile = join(userDir, 'settings.json');
  mkdirSync(userDir, { recursive: true });
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, JSON.stringify({ ...settings, ...userSettings }, null, 2));
  const token = randomBytes(16).toString('hex');
  const args = [
    ...[serverMain, '--host', '127.0.0.1', '--port', String(port), '--connection-token', token],
    ...['--server-data-dir', dataDir, '--user-data-dir', join(dataDir, 'user'), '--extensions-dir', extensionsDir],
    ...[
      '--accept-server-license-terms',
      '--telemetry-level',
      'off',
      '--disable-telemetry',
      '--disable-workspace-trust',
    ],
  ];
  const child = spawn(node, args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const bound = await new Promise((listening, failed) => {
    const take = (data) => {
      output += data;
      const match = /Extension host agent listening on (\d+)/.exec(output);
      if (match) listening(Number(match[1]));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => failed(new Error(`the workbench ended (${code}) before it listened:\n${output}`)));
  });
  const url = new URL(`http://127.0.0.1:${bound}/`);
  url.searchParams.set('tkn', token);
  url.searchParams.set('folder', resolve(folder));
  if (open) {
    const payload = [
      ['openFile', `vscode-remote://127.0.0.1:${bound}${open}`],
      ['gotoLineMode', 'true'],
    ];
    url.searchParams.set('payload', JSON.stringify(payload));
  }
  const stop = () =>
    new Promise((stopped) => {
      if (child.exitCode !== null) return stopped();
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      child.once('exit', () => {
        clearTimeout(force);
        // The extension host shares these pipes and would keep this process waiting for seconds.
        child.stdout.destroy();
        child.stderr.destroy();
        stopped();
      });
      child.kill('SIGTERM');
    });
  return { url: url.href, stop, output: () => output };
}
