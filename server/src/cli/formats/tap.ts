/** The Test Anything Protocol, version 14 (testanything.org/tap-version-14-specification.html). */
import type { ReportedFailure, TestReport } from '../test-report.ts';

/** A test point for each test; what could not be read is a test that fails. */
export function tap({ specs, unreadable }: TestReport): string {
  const points: string[][] = [];
  const point = (passed: boolean, description: string, directive: string, diagnostic: readonly string[]) =>
    points.push([
      `${passed ? 'ok' : 'not ok'} ${points.length + 1} - ${escaped(description)}${directive}`,
      ...(diagnostic.length === 0 ? [] : ['  ---', ...diagnostic.map((line) => `  ${line}`), '  ...']),
    ]);
  for (const { path, tests } of specs) {
    for (const { name, milliseconds, failures } of tests) {
      const time = ` # time=${milliseconds.toFixed(3)}ms`;
      point(failures.length === 0, `${path}: ${name}`, time, diagnosticOf(failures));
    }
  }
  for (const { path, reason } of unreadable) {
    point(false, `${path}: can be read`, '', [`message: ${yaml(`${path} ${reason}`)}`, 'severity: "error"']);
  }
  return `${['TAP version 14', `1..${points.length}`, ...points.flat()].join('\n')}\n`;
}

/** The first failure; those after it in `others`, in the same shape. */
function diagnosticOf([first, ...others]: readonly ReportedFailure[]): readonly string[] {
  if (first === undefined) return [];
  if (others.length === 0) return failureLines(first);
  return [...failureLines(first), 'others:', ...others.flatMap((other) => inList(failureLines(other)))];
}

function failureLines({ rule, message, step, expected, actual, at, reasons }: ReportedFailure): readonly string[] {
  return [
    `message: ${yaml(message)}`,
    'severity: "fail"',
    `rule: ${yaml(rule)}`,
    ...(step === undefined ? [] : [`step: ${step}`]),
    ...(expected === undefined ? [] : [`expected: ${yaml(expected)}`]),
    ...(actual === undefined ? [] : [`actual: ${yaml(actual)}`]),
    'at:',
    `  file: ${yaml(at.path)}`,
    `  line: ${at.start.line}`,
    `  column: ${at.start.column}`,
    `source: ${yaml(at.line.trim())}`,
    ...(reasons.length === 0 ? [] : ['because:', ...reasons.map(({ text }) => `  - ${yaml(text)}`)]),
  ];
}

const inList = (lines: readonly string[]): readonly string[] =>
  lines.map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`);

/** A JSON string is a YAML one, and on one line. NEL, LS and PS, which JSON leaves as they are, would end a line of YAML. */
const yaml = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A description is one line, in which `#` begins a directive. */
const escaped = (text: string): string => text.replace(/\\/g, '\\\\').replace(/#/g, '\\#').replace(/\s+/g, ' ');
