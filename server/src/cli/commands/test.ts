/** `irqtopo test`: the scenarios of specs, and what functions expect after the boot, as a test runner runs them. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LocatedFinding } from '../../analysis/analysis.ts';
import { analyseNow } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { type SpecTest, testsOf } from '../../ide/tests.ts';
import { buildModel } from '../../model/model.ts';
import type { Sources } from '../../model/sources.ts';
import type { Run } from '../../timeline/run.ts';
import { type Help, helpForFew, noHelp } from '../help.ts';
import { progressOn } from '../progress.ts';
import { displayPath, findSpecs } from '../specs.ts';
import { CLEAN, type ExitCode, FOUND, type Terminal, UNUSABLE } from '../terminal.ts';
import { blockOf, countTests, type ReportedTest, reportedTest, type Shard, type TestReport } from '../test-report.ts';

export type TestFormat = 'pretty' | 'tap' | 'junit';

/** Tests the specs that `paths` mean (none: those below the current folder) and writes how it went. */
export async function test(
  paths: readonly string[],
  format: TestFormat,
  shard: Shard | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const help = format === 'pretty' ? helpForFew() : noHelp;
  const report = runTests(paths.length === 0 ? ['.'] : paths, shard, help, terminal);
  terminal.out(await render(report, format, terminal));
  for (const { path, reason } of report.unreadable) terminal.err(`irqtopo: ${path} ${reason}\n`);
  if (report.unreadable.length > 0) return UNUSABLE;
  return countTests(report.specs).failed > 0 ? FOUND : CLEAN;
}

/** A spec that can be read. */
interface Spec {
  readonly path: string;
  readonly uri: string;
  readonly sources: Sources;
}

/** Numbers of the units of a spec that are to be tested: 0 is the spec without its scenarios, each of these is one more. */
type Wanted = (unit: number) => boolean;

function runTests(paths: readonly string[], shard: Shard | undefined, help: Help, terminal: Terminal): TestReport {
  const started = performance.now();
  const { files, unusable } = findSpecs(paths, terminal.cwd);
  const unreadable = [...unusable];
  const readable: Spec[] = [];
  for (const file of files) {
    const path = displayPath(file, terminal.cwd);
    const uri = pathToFileURL(file).href;
    const sources = nodeSources(projectRootOf(uri));
    const content = sources.read(uri);
    if (content !== 'pending' && 'missing' in content) unreadable.push({ path, reason: content.missing });
    else readable.push({ path, uri, sources });
  }
  const chosen = shard === undefined ? readable.map((spec) => ({ spec, wanted: ALL })) : chosenOf(readable, shard);
  const progress = progressOn(terminal, chosen.length);
  const specs = chosen.map(({ spec, wanted }) => {
    progress.at(spec.path);
    return { path: spec.path, tests: testSpec(spec, wanted, help, terminal.cwd) };
  });
  progress.done();
  return {
    specs: specs.filter(({ tests }) => tests.length > 0),
    unreadable,
    read: readable.length,
    milliseconds: performance.now() - started,
    shard,
  };
}

const ALL: Wanted = () => true;

function testSpec({ uri, sources }: Spec, wanted: Wanted, help: Help, cwd: string): readonly ReportedTest[] {
  const took = new Map<Run, number>();
  let last = performance.now();
  const analysis = analyseNow(sources, uri, undefined, undefined, (run) => {
    const now = performance.now();
    took.set(run, now - last);
    last = now;
  });
  const pathOf = (other: string) => displayPath(fileURLToPath(other), cwd);
  const helped = (found: LocatedFinding) => help(analysis, sources, found);
  const unitOf = ({ run }: SpecTest) => (run === undefined ? 0 : analysis.runs.indexOf(run) + 1);
  return testsOf(analysis)
    .filter((one) => wanted(unitOf(one)))
    .map((one) => reportedTest(analysis, one, (one.run && took.get(one.run)) ?? 0, pathOf, helped));
}

/** The specs of a shard and what of them belongs to it. Specs are read for it, but only those of the shard are run. */
function chosenOf(specs: readonly Spec[], shard: Shard): readonly { readonly spec: Spec; readonly wanted: Wanted }[] {
  const units = specs.map(({ uri, sources }) => {
    const { machine } = buildModel(sources, uri);
    return machine.complete ? 1 + machine.scenarios.length : 0;
  });
  const { from, to } = blockOf(
    shard,
    units.reduce((sum, own) => sum + own, 0),
  );
  let first = 0;
  return specs.flatMap((spec, i) => {
    const start = first;
    first += units[i] ?? 0;
    if (first <= from || start >= to) return [];
    return [{ spec, wanted: (unit: number) => from <= start + unit && start + unit < to }];
  });
}

async function render(report: TestReport, format: TestFormat, terminal: Terminal): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('../formats/test-pretty.ts')).testPretty(report, terminal.colors);
    case 'tap':
      return (await import('../formats/tap.ts')).tap(report);
    case 'junit':
      return (await import('../formats/junit.ts')).junit(report);
  }
}
