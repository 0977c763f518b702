// The real thing: the packaged extension in a real VS Code in a real Chromium, used as a person would.
//   node test/e2e/run.mjs [node|worker] [--screenshots] [DRIVE…]      worker: the server runs in a web worker of the page
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { copySamples } from '../workbench/samples.mjs';
import { ensureWorkbench, extensionId, installVsix, root, serve } from '../workbench/workbench.mjs';
import { capacity } from './capacity.mjs';
import { msiAndMsix } from './msi-and-msix.mjs';
import { openBrowser, Workbench } from './page.mjs';
import { platforms } from './platforms.mjs';
import { scenarios } from './scenarios.mjs';
import { sharedBridge } from './shared-bridge.mjs';

const args = process.argv.slice(2);
const kind = args.includes('worker') ? 'worker' : 'node';
const all = [sharedBridge, scenarios, msiAndMsix, platforms, capacity];
const named = all.filter(({ name }) => args.includes(name));
const drives = named.length > 0 ? named : all;

const out = join(root, 'test', 'e2e', 'out', kind);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'irqtopo-e2e-'));
const folders = { dataDir: join(temporary, 'data'), extensionsDir: join(temporary, 'extensions') };
const folder = join(temporary, 'specs');

const vsix = join(root, 'dist', 'irqtopo.vsix');
if (!existsSync(vsix)) throw new Error('There is no dist/irqtopo.vsix: npm run package');
copySamples(folder);
cpSync(join(root, 'test', 'e2e', 'specs'), folder, { recursive: true });
await ensureWorkbench();
await installVsix(vsix, folders);

const userSettings = {
  'editor.hover.delay': 100,
  // What is typed by a test is typed whole.
  'editor.autoClosingBrackets': 'never',
  ...(kind === 'worker' ? { 'remote.extensionKind': { [extensionId]: ['web'] } } : {}),
};
const [server, { browser, name }] = await Promise.all([serve({ ...folders, folder, userSettings }), openBrowser()]);
console.log(name);

const started = Date.now();
const count = { passed: 0, failed: 0 };
let workbench;

/** One thing that must hold, with its time; what a drive does stands in these. */
async function check(what, work) {
  const before = Date.now();
  await work();
  count.passed += 1;
  console.log(`  ok  ${what} (${((Date.now() - before) / 1000).toFixed(1)} s)`);
}

/** Waits until `holds` does; for what is not in the page, such as a file on disk. */
async function until(holds, what) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it never came to be that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const tools = {
  check,
  until,
  kind,
  /** The text of a file of the opened folder, as it is on disk. */
  read: (file) => readFileSync(join(folder, file), 'utf8'),
  screenshot: (file) => workbench.screenshot(join(out, `${file}.png`)),
};

try {
  await check(`the workbench opens, server in a ${kind === 'worker' ? 'web worker' : 'process'}`, async () => {
    workbench = await Workbench.open(browser, server.url);
  });
  for (const drive of drives) await drive(workbench, tools);
  await check('VS Code says that it runs there', async () => {
    assert.equal(/web worker/i.test(await workbench.running('irqtopo')), kind === 'worker');
  });
  await check('nothing was asked for outside this machine', () => assert.deepEqual(workbench.outside, []));
} catch (error) {
  count.failed += 1;
  console.log(`  FAILED  ${stripVTControlCharacters(error.stack)}\n  see ${out}`);
  await workbench?.page.screenshot({ path: join(out, 'failure.png') }).catch(() => {});
  writeFileSync(join(out, 'failure.log'), `${workbench?.log.join('\n')}\n--- server\n${server.output()}`);
} finally {
  await browser.close();
  await server.stop();
  rmSync(temporary, { recursive: true, force: true });
}
if (args.includes('--screenshots') && count.failed === 0) {
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  for (const image of ['squiggle.png', 'quick-fix.png', 'scenarios.png']) cpSync(join(out, image), join(images, image));
}
console.log(`in ${((Date.now() - started) / 1000).toFixed(1)} s`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 ? 1 : 0;
