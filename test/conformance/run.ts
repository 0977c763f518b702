/** `npm run conformance -- [DIR]`: replays every record below a folder; exits 1 when one differs or could not be replayed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { markdownTable } from 'markdown-table';
import { readRecord } from './record.ts';
import { replayRecord } from './replay.ts';
import { type Difference, type NotReplayed, passed, type Replayed, Tally } from './tally.ts';

const folder = resolve(process.argv[2] ?? 'test/conformance/records');
if (existsSync(folder)) report(filesBelow(folder).flatMap(replayFile));
else {
  console.error(`${folder} does not exist`);
  process.exitCode = 2;
}

/** A replay, and the type of the recorded machine's interrupt controller. */
interface OfController {
  readonly controller: string;
  readonly replayed: Replayed;
}

/** The replay of a file; of JSON that is no record none, and of what cannot be read one that failed. */
function replayFile(path: string): OfController[] {
  try {
    const record = readRecord(readFileSync(path, 'utf8'));
    if (record !== undefined) {
      return [{ controller: record.controllers[0]?.type ?? 'none', replayed: replayRecord(record) }];
    }
    console.log(`${path} is no record`);
    return [];
  } catch (error) {
    const tally = new Tally(basename(path, '.json'));
    tally.skip(undefined, error instanceof Error ? error.message : String(error), true);
    return [{ controller: 'unreadable', replayed: tally.result(0) }];
  }
}

/** Paths of all .json files, in order. */
function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return path.endsWith('.json') ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function report(all: readonly OfController[]): void {
  const replayed = all.map((one) => one.replayed);
  for (const { differences, notReplayed } of replayed) {
    for (const difference of differences) console.log(differenceText(difference));
    for (const step of notReplayed) console.log(notReplayedText(step));
  }
  console.log(`${controllersTable(all)}\n`);
  const sum = (count: (one: Replayed) => number) => replayed.reduce((total, one) => total + count(one), 0);
  const steps = sum((one) => one.steps);
  const skipped = sum((one) => one.notReplayed.length);
  console.log(`${sum((one) => one.fields)} fields compared in ${steps} steps; ${skipped} not replayed`);
  const good = replayed.filter(passed).length;
  console.log(`${good} passed, ${replayed.length - good} failed`);
  process.exitCode = good === replayed.length && replayed.length > 0 ? 0 : 1;
}

/** A row for each type of controller: its records, those that replay equal, steps, and fields compared. */
function controllersTable(all: readonly OfController[]): string {
  const byController = new Map<string, Replayed[]>();
  for (const { controller, replayed } of all) {
    const known = byController.get(controller);
    if (known === undefined) byController.set(controller, [replayed]);
    else known.push(replayed);
  }
  const rows = [...byController]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([controller, own]) => [
      controller,
      own.length,
      own.filter(passed).length,
      own.reduce((sum, { steps }) => sum + steps, 0),
      own.reduce((sum, { fields }) => sum + fields, 0),
    ]);
  const header = ['controller', 'records', 'equal', 'steps', 'fields compared'];
  const cells = [header, ...rows].map((row) => row.map(String));
  return markdownTable(cells, { align: header.map((_, column) => (column === 0 ? 'l' : 'r')) });
}

function differenceText({ record, step, field, expected, got }: Difference): string {
  return `${record} ${stepText(step)} ${field}: expected ${expected}, got ${got}`;
}

function notReplayedText({ record, step, why }: NotReplayed): string {
  return `${record} ${stepText(step)} not replayed: ${why}`;
}

function stepText(step: number | undefined): string {
  return step === undefined ? 'machine' : `step ${step}`;
}
