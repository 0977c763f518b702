/** For people: a line for each test, then each failure with its line of the spec, what was expected, what came and why. */
import { createColors } from 'picocolors';
import { counted } from '../../rules/words.ts';
import { printable } from '../printable.ts';
import {
  countTests,
  type ReportedFailure,
  type ReportedTest,
  type TestedSpec,
  type TestReport,
} from '../test-report.ts';
import { type Colors, excerptLines, gutterOf, place } from './excerpt.ts';

/** All tests, the failures, and how many there are of each. */
export function testPretty(report: TestReport, withColors: boolean): string {
  const colors = createColors(withColors);
  const lists = report.specs.flatMap((spec) => [...listOf(spec, colors), '']);
  const failures = report.specs.flatMap(({ path, tests }) =>
    tests.flatMap((test) => test.failures.flatMap((failure) => failureLines(path, test, failure, colors))),
  );
  return `${[...lists, ...failures, summary(report, colors)].join('\n')}\n`;
}

function listOf({ path, tests }: TestedSpec, colors: Colors): readonly string[] {
  return [colors.bold(printable(path)), ...tests.map((test) => `  ${testLine(test, colors)}`)];
}

/** `✓ a network card comes (5 steps, 2 expectations, 0.4 ms)` */
function testLine({ name, of, steps, checks, milliseconds, failures }: ReportedTest, colors: Colors): string {
  const mark = failures.length === 0 ? colors.green('✓') : colors.red('✗');
  const parts = [
    ...(of === 'scenario' ? [counted(steps, 'step')] : []),
    ...(of === 'form' ? [] : [counted(checks, 'expectation'), timeText(milliseconds)]),
  ];
  const what = of === 'scenario' ? printable(name) : colors.italic(name);
  return `${mark} ${what}${parts.length === 0 ? '' : colors.dim(` (${parts.join(', ')})`)}`;
}

function failureLines(
  path: string,
  { name }: ReportedTest,
  { message, step, expected, actual, at, reasons, help }: ReportedFailure,
  colors: Colors,
): readonly string[] {
  const gutter = gutterOf(at);
  const note = (label: string, text: string) => `${gutter} ${colors.blue('=')} ${label}: ${printable(text)}`;
  const where = step === undefined ? '' : `, step ${step}`;
  return [
    `${colors.red(colors.bold('✗'))} ${colors.bold(`${printable(path)}: ${printable(name)}${where}`)}`,
    printable(message),
    ...excerptLines(at, colors, (text) => colors.bold(colors.red(text))),
    ...(expected === undefined ? [] : [note(colors.green('expected'), expected)]),
    ...(actual === undefined ? [] : [note(`     ${colors.red('got')}`, actual)]),
    ...reasons.map((reason) => `${note(' because', reason.text)} ${colors.dim(`(${place(reason.at)})`)}`),
    ...(help === undefined ? [] : [note(`    ${colors.green('help')}`, help)]),
    '',
  ];
}

function summary({ specs, read, milliseconds, shard }: TestReport, colors: Colors): string {
  const { passed, failed } = countTests(specs);
  const part = shard === undefined ? '' : `shard ${shard.index}/${shard.count}: `;
  if (passed + failed === 0) return `${part}${counted(read, 'spec')} read, no test in ${read === 1 ? 'it' : 'them'}`;
  const counts = [
    ...(failed > 0 ? [colors.red(`${failed} failed`)] : []),
    ...(passed > 0 ? [colors.green(`${passed} passed`)] : []),
  ];
  return `${part}${counted(passed + failed, 'test')} of ${counted(specs.length, 'spec')}: ${counts.join(', ')} (${timeText(milliseconds)})`;
}

/** "0.4 ms", "12 ms", "1.25 s" */
function timeText(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
