// npm test: sets up what is missing and runs everything. Stages named as arguments run alone: npm test -- unit e2e
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureBrowser } from './browser.mjs';
import { stage } from './stage.mjs';
import { ensureInstalled, ensureWorkbench, must, root, run } from './workbench.mjs';

const started = Date.now();
const node = process.execPath;
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const results = join(root, 'dist', 'test');

/** A program that does its work or does not; only a failure counts. */
const step = (command, ...args) => ({ run: () => must(command, args).then(() => ({ passed: 0, failed: 0 })) });

/** One of the projects of vitest.config.ts; the figures come from its own report. */
const tests = (project) => ({
  async run() {
    const report = join(results, `${project}.json`);
    mkdirSync(results, { recursive: true });
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
    const { code, output: all } = await run(node, [vitest, 'run', '--project', project, ...reporters]);
    // The dots tell progress, which nobody sees in what is shown only after a failure.
    const output = all
      .split('\n')
      .filter((line) => !/^[·x]+$/.test(stripVTControlCharacters(line)))
      .join('\n');
    if (!existsSync(report)) throw new Error(output);
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot be loaded fails without a failed test in it.
    return { passed, failed: code !== 0 ? Math.max(failed, 1) : failed, output };
  },
});

/** A program whose last line is `N passed, N failed`. */
const counted = (...args) => ({
  async run() {
    const { code, output } = await run(node, args);
    const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
    if (!last) throw new Error(output);
    const failed = Number(last[2]);
    return { passed: Number(last[1]), failed: code !== 0 ? Math.max(failed, 1) : failed, output };
  },
});

const e2e = (kind) => ({
  needs: ['package'],
  async run() {
    await Promise.all([workbench, ensureBrowser()]);
    return counted('test/e2e/run.mjs', kind).run();
  },
});

const stages = {
  lint: step(node, 'node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings'),
  types: step(node, 'node_modules/typescript/bin/tsc', '--noEmit'),
  unit: tests('source'),
  conformance: tests('conformance'),
  build: step(node, 'esbuild.mjs'),
  protocol: { needs: ['build'], ...tests('shipped') },
  package: { needs: ['build'], ...step('npm', 'run', '--silent', 'package') },
  e2e: e2e('node'),
  'e2e-worker': e2e('worker'),
};
const titles = {
  unit: 'unit, fixtures, property',
  protocol: 'protocol (the shipped server)',
  e2e: 'e2e (VS Code, server in a process)',
  'e2e-worker': 'e2e (VS Code, server in a web worker)',
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in stages));
if (unknown) {
  console.error(`There is no stage ${unknown}; there are ${Object.keys(stages).join(', ')}.`);
  process.exit(2);
}
const wanted = new Set(named.length > 0 ? named.flatMap(withNeeds) : Object.keys(stages));
function withNeeds(name) {
  return [...(stages[name].needs ?? []).flatMap(withNeeds), name];
}

// The workbench takes its time to arrive, and only the network: it is fetched while the other stages run.
const tools = ensureInstalled(root);
const workbench = wanted.has('e2e') || wanted.has('e2e-worker') ? ensureWorkbench() : undefined;
workbench?.catch(() => {}); // told by the stage that waits for it
try {
  await stage('tools', async () => ((await tools) ? 'installed' : 'already there'));
} catch (error) {
  console.error(`${error.message}\n0 passed, 1 failed`);
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
const broken = new Set();
const outputs = [];
for (const [name, { needs = [], run: work }] of Object.entries(stages)) {
  if (!wanted.has(name)) continue;
  const title = titles[name] ?? name;
  if (needs.some((need) => broken.has(need))) {
    broken.add(name);
    console.log(`${title.padEnd(44)}          not run: ${needs.join(', ')} failed`);
    continue;
  }
  let result;
  try {
    await stage(title, async () => {
      result = await work();
      const line = `${result.passed} passed, ${result.failed} failed`;
      if (result.failed > 0) throw new Error(result.output ?? line);
      return result.passed > 0 ? line : 'ok';
    });
  } catch (error) {
    result ??= { passed: 0, failed: 1 };
    broken.add(name);
    outputs.push(`── ${title}\n${error.message}`);
  }
  total.passed += result.passed;
  total.failed += result.failed;
}
for (const output of outputs) console.log(`\n${output.trimEnd()}`);
console.log(`\nin ${((Date.now() - started) / 1000).toFixed(0)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
