/** JUnit's XML, as Jenkins, GitLab and GitHub's reporters read it: a suite for each spec, a case for each test. */
import {
  countTests,
  type ReportedFailure,
  type ReportedTest,
  type TestedSpec,
  type TestReport,
} from '../test-report.ts';
import { place } from './excerpt.ts';

/** The whole report; what could not be read is a suite with an error. */
export function junit({ specs, unreadable, milliseconds }: TestReport): string {
  const { passed, failed } = countTests(specs);
  const all = attributes({
    name: 'irqtopo',
    tests: passed + failed + unreadable.length,
    failures: failed,
    errors: unreadable.length,
    time: seconds(milliseconds),
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${all}>`,
    ...specs.flatMap(suite),
    ...unreadable.flatMap(unreadableSuite),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suite({ path, tests }: TestedSpec): readonly string[] {
  const { passed, failed } = countTests([{ path, tests }]);
  const time = seconds(tests.reduce((sum, test) => sum + test.milliseconds, 0));
  const counts = { name: path, tests: passed + failed, failures: failed, errors: 0, skipped: 0, time };
  return [`  <testsuite${attributes(counts)}>`, ...tests.flatMap((test) => testCase(path, test)), '  </testsuite>'];
}

function testCase(path: string, { name, milliseconds, at, failures }: ReportedTest): readonly string[] {
  const own = { classname: path, name, file: at.path, line: at.start.line, time: seconds(milliseconds) };
  const [first] = failures;
  if (first === undefined) return [`    <testcase${attributes(own)}/>`];
  // Readers take one failure for a case; what failed after the first stands in its text.
  const failure = { message: first.message, type: first.rule };
  return [
    `    <testcase${attributes(own)}>`,
    `      <failure${attributes(failure)}>${escaped(failures.map(failureText).join('\n\n'))}</failure>`,
    '    </testcase>',
  ];
}

function unreadableSuite({ path, reason }: TestReport['unreadable'][number]): readonly string[] {
  return [
    `  <testsuite${attributes({ name: path, tests: 1, failures: 0, errors: 1, skipped: 0, time: seconds(0) })}>`,
    `    <testcase${attributes({ classname: path, name: 'can be read', file: path, time: seconds(0) })}>`,
    `      <error${attributes({ message: `${path} ${reason}`, type: 'unreadable' })}/>`,
    '    </testcase>',
    '  </testsuite>',
  ];
}

function failureText({ message, step, expected, actual, at, reasons }: ReportedFailure): string {
  return [
    `${place(at)}${step === undefined ? '' : `, step ${step}`}: ${message}`,
    `    ${at.line.trim()}`,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(actual === undefined ? [] : [`got: ${actual}`]),
    ...reasons.map((reason) => `because: ${reason.text} (${place(reason.at)})`),
  ].join('\n');
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/[\n\t]/g, (c) => `&#${c.charCodeAt(0)};`)}"`)
    .join('');
}

/** Text of an element or an attribute; characters that XML 1.0 cannot hold become U+FFFD. */
const escaped = (text: string): string =>
  text
    .replace(NOT_XML, '\uFFFD')
    .replace(/\r\n?/g, '\n')
    .replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** What is outside of Char in XML 1.0 §2.2: control characters, halves of pairs, U+FFFE and U+FFFF. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(6);
