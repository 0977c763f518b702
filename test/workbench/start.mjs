// npm start: sets up what is missing, builds, and opens the samples in VS Code.
//   npm start                a VS Code workbench in your browser; nothing has to be installed for it
//   npm start -- --desktop   your own VS Code, with the extension loaded for that window only
//   npm start -- --no-open   only prints the address           PORT=8080 npm start   on a port of your choice
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copySamples } from './samples.mjs';
import { stage } from './stage.mjs';
import { ensureInstalled, ensureWorkbench, installVsix, must, root, serve } from './workbench.mjs';

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`irqtopo needs Node 20 or newer; this is ${process.version}.`);
  process.exit(2);
}
const args = process.argv.slice(2);
const unknown = args.find((arg) => !['--desktop', '--no-open'].includes(arg));
if (unknown) {
  console.error(`${unknown}: unknown; there are --desktop and --no-open.`);
  process.exit(2);
}

const already = (did) => (did ? 'ok' : 'already there');
try {
  await (args.includes('--desktop') ? desktop() : browser());
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}

async function browser() {
  // Both are fetched at once: they wait for the network, not for each other.
  const tools = ensureInstalled(root);
  const workbench = ensureWorkbench();
  workbench.catch(() => {});
  await stage('Installing the tools', async () => already(await tools));
  await stage('Building and packaging the extension', async () => {
    await must('npm', ['run', '--silent', 'package']);
  });
  await stage('Fetching the VS Code workbench (once, 60 MB)', async () => already(await workbench));

  const state = join(root, '.workbench');
  const folders = { dataDir: join(state, 'data'), extensionsDir: join(state, 'extensions') };
  await stage('Installing the extension in it', () => {
    rmSync(folders.extensionsDir, { recursive: true, force: true });
    mkdirSync(state, { recursive: true });
    return installVsix(join(root, 'dist', 'irqtopo.vsix'), folders);
  });
  // Copies: the repository's own stay as they are, and what was edited here is kept from one start to the next.
  const folder = join(state, 'samples');
  copySamples(folder);
  const port = Number(process.env.PORT ?? 0);
  const server = await serve({ ...folders, folder, port, open: firstSample(folder) });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, async () => {
      await server.stop();
      process.exit(0);
    });
  console.log(
    `\nVS Code is open at\n\n  ${server.url}\n\nThe samples there are copies, in .workbench/samples. Ctrl+C stops it.`,
  );
  if (process.env.SSH_CONNECTION) {
    const { port } = new URL(server.url);
    console.log(
      `From your own machine, first: ssh -L ${port}:127.0.0.1:${port} ${process.env.USER ?? 'you'}@this-machine`,
    );
  }
  if (!args.includes('--no-open')) openBrowser(server.url);
}

async function desktop() {
  await stage('Installing the tools', async () => already(await ensureInstalled(root)));
  await stage('Building the extension', async () => {
    await must(process.execPath, ['esbuild.mjs']);
  });
  const shell = process.platform === 'win32';
  const names = ['code', 'code-insiders', 'codium', 'cursor'];
  const code = names.find((name) => spawnSync(name, ['--version'], { shell }).status === 0);
  if (!code)
    throw new Error(
      'There is no `code` command. In VS Code, run "Shell Command: Install \'code\' command in PATH"; or leave out --desktop.',
    );
  const samples = join(root, 'samples');
  const where = ['--new-window', `--extensionDevelopmentPath=${root}`, samples, '--goto', firstSample(samples)];
  spawn(code, where, { stdio: 'ignore', detached: true, shell }).unref();
  console.log(`\nThe samples open in ${code}, with the extension loaded for that window.`);
}

/** The first story, with the cursor on its bridge. */
function firstSample(folder) {
  const file = join(folder, 'shared-bridge.irqtopo');
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines.findIndex((text) => /^\s*pcie-pci-bridge\b/.test(text));
  const column = (lines[line] ?? '').search(/\S+(\s+at\b.*)?\s*\{/);
  return `${file}:${Math.max(line, 0) + 1}:${Math.max(column, 0) + 1}`;
}

/** Opens the page where there is a display; the address has been printed anyway. */
function openBrowser(url) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const command = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
