/** npm run bench: how fast it is, on this machine, now. It asserts nothing: load differs, and figures are to be read. */
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { measureControllers } from './controllers.ts';
import { measureEdits } from './edits.ts';
import { type Figures, ms, us } from './figures.ts';
import { generateSpec } from './generate.ts';
import { measurePasses, PASSES } from './passes.ts';
import { measureScenario, PLATFORMS } from './scenario.ts';
import { measureStartUp } from './start-up.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLI = join(ROOT, 'dist', 'cli.cjs');
const SIZES = [100, 1000, 10_000] as const;

/** Fewer where one takes longer. */
const ROUNDS = { 100: 30, 1000: 15, 10000: 5 } as const;
const EDITS = { 100: 200, 1000: 200, 10000: 100 } as const;

if (!existsSync(CLI)) {
  console.error('There is no dist/cli.cjs: npm run build');
  process.exit(2);
}
const [cpu] = cpus();
const load = loadavg()[0]?.toFixed(1);
console.log(`Node ${process.version}, ${cpus().length} × ${cpu?.model.trim()}, load ${load}\n`);
passes();
controllers();
scenarios();
await edits();
await startUp();

function passes() {
  console.log('## Passes: ms, min / median, on a text never seen before\n');
  const rows = SIZES.map((size) => ({ size, figures: measurePasses(generateSpec(size), ROUNDS[size]) }));
  const header = ['functions', ...PASSES];
  const cells = rows.map(({ size, figures }) => [
    String(size),
    ...PASSES.map((pass) => `${ms(figures[pass].min)} / ${ms(figures[pass].median)}`),
  ]);
  console.log(`${table(header, cells)}\n`);
  console.log('Linear passes have the same figure in every row: µs per function, min\n');
  const perFunction = rows.map(({ size, figures }) => [
    String(size),
    ...PASSES.map((pass) => us(figures[pass].min / size)),
  ]);
  console.log(`${table(header, perFunction)}\n`);
}

function controllers() {
  console.log(
    '## The same tree of 1,000 functions on each controller: ms, min / median; ratio of the medians to the first row\n',
  );
  const measured = measureControllers(1000, 15);
  const [its] = measured;
  const pair = (own: Figures, first: Figures | undefined) => [
    `${ms(own.min)} / ${ms(own.median)}`,
    (own.median / (first?.median ?? Number.NaN)).toFixed(1),
  ];
  const rows = measured.map(({ name, fresh, edit, findings }) => [
    name,
    ...pair(fresh, its?.fresh),
    ...pair(edit, its?.edit),
    String(findings),
  ]);
  const header = ['controller', 'a text never seen before', 'ratio', 'after an edit', 'ratio', 'findings'];
  console.log(`${table(header, rows)}\n`);
}

function scenarios() {
  console.log('## A scenario of 1,000 steps on 1,000 functions: ms of a whole analysis, min / median\n');
  const rows = PLATFORMS.map((platform) => {
    const { alone, withScenario } = measureScenario(platform, 1000, 1000, 15);
    const figures = [alone, withScenario].map(({ min, median }) => `${ms(min)} / ${ms(median)}`);
    return [platform, ...figures, (withScenario.min / alone.min).toFixed(1)];
  });
  console.log(`${table(['controller', 'topology alone', 'with the scenario', 'ratio'], rows)}\n`);
}

async function edits() {
  console.log('## Edit → diagnostics: ms, beside a server that does nothing else\n');
  const rows = [];
  for (const size of SIZES) {
    const spec = generateSpec(size);
    const { open, own, floor, memory } = await measureEdits([CLI, 'lsp', '--stdio'], spec, EDITS[size]);
    rows.push([
      String(size),
      (spec.length / 1024).toFixed(0),
      ms(open.own),
      `${ms(own.median)} / ${ms(own.p95)}`,
      `${ms(floor.median)} / ${ms(floor.p95)}`,
      `${(own.median / floor.median).toFixed(1)} / ${(own.p95 / floor.p95).toFixed(1)}`,
      [memory.idle, memory.open, memory.end].map((megabytes) => megabytes.toFixed(0)).join(' / '),
    ]);
  }
  const header = ['functions', 'KiB', 'open', 'edit: median / p95', 'floor', 'ratio', 'RSS in MiB: idle / open / end'];
  console.log(`${table(header, rows)}\n`);
}

async function startUp() {
  console.log('## Start-up: ms, min / median\n');
  const measured = await measureStartUp(ROOT, 11);
  const rows = measured.map(({ what, figures }) => [what, `${ms(figures.min)} / ${ms(figures.median)}`]);
  console.log(table(['', 'ms'], rows));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = header.map((_, column) => (column === 0 ? 'l' : 'r'));
  return markdownTable(
    [header, ...rows].map((row) => [...row]),
    { align },
  );
}
