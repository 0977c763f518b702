import { describe, expect, it } from 'vitest';
import { junit } from '../../../server/src/cli/formats/junit.ts';
import { tap } from '../../../server/src/cli/formats/tap.ts';
import type { ReportedFailure, ReportedTest, TestReport } from '../../../server/src/cli/test-report.ts';
import { range } from './report.ts';

const failure: ReportedFailure = {
  rule: 'expectation-failed',
  message: 'nic: expected vectors = 4, got 3 ("no" & <yes>)',
  step: 2,
  expected: '4',
  actual: '3',
  at: range('a.irqtopo', 7, '  expect nic { vectors = 4 }', '4'),
  help: undefined,
  reasons: [{ text: 'nic is 01:00.0', at: range('a.irqtopo', 4, 'endpoint nic', 'nic') }],
};
const test = (name: string, failures: readonly ReportedFailure[] = []): ReportedTest => ({
  name,
  of: 'scenario',
  steps: 2,
  checks: 1,
  milliseconds: 1.25,
  at: range('a.irqtopo', 6, `scenario "${name}" {`, 'scenario'),
  failures,
});
const report: TestReport = {
  specs: [{ path: 'a.irqtopo', tests: [test('stays'), test('a # and \\ and <b>', [failure])] }],
  unreadable: [{ path: 'old.irqtopo', reason: 'is not UTF-8' }],
  read: 1,
  milliseconds: 2.5,
  shard: undefined,
};

describe('tap', () => {
  it('is version 14, with a diagnostic for what failed', () => {
    expect(tap(report)).toBe(`TAP version 14
1..3
ok 1 - a.irqtopo: stays # time=1.250ms
not ok 2 - a.irqtopo: a \\# and \\\\ and <b> # time=1.250ms
  ---
  message: "nic: expected vectors = 4, got 3 (\\"no\\" & <yes>)"
  severity: "fail"
  rule: "expectation-failed"
  step: 2
  expected: "4"
  actual: "3"
  at:
    file: "a.irqtopo"
    line: 7
    column: 26
  source: "expect nic { vectors = 4 }"
  because:
    - "nic is 01:00.0"
  ...
not ok 3 - old.irqtopo: can be read
  ---
  message: "old.irqtopo is not UTF-8"
  severity: "error"
  ...
`);
  });
  it('lists what failed after the first', () => {
    const two = tap({ ...report, specs: [{ path: 'a', tests: [test('x', [failure, failure])] }] });
    expect(two).toContain('\n  others:\n    - message: "nic');
    expect(two).toContain('\n      because:\n        - "nic is');
  });
  it('keeps each thing on its line', () => {
    const evil = test('one\ntwo', [{ ...failure, message: 'a\nb\u2028c\u0085d' }]);
    const text = tap({ ...report, specs: [{ path: 'a', tests: [evil] }] });
    expect(text).toContain('not ok 1 - a: one two #');
    expect(text).toContain('message: "a\\nb\\u2028c\\u0085d"');
  });
});

describe('junit', () => {
  it('has a suite for each spec and a case for each test', () => {
    expect(junit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="irqtopo" tests="3" failures="1" errors="1" time="0.002500">
  <testsuite name="a.irqtopo" tests="2" failures="1" errors="0" skipped="0" time="0.002500">
    <testcase classname="a.irqtopo" name="stays" file="a.irqtopo" line="6" time="0.001250"/>
    <testcase classname="a.irqtopo" name="a # and \\ and &#60;b&#62;" file="a.irqtopo" line="6" time="0.001250">
      <failure message="nic: expected vectors = 4, got 3 (&#34;no&#34; &#38; &#60;yes&#62;)" type="expectation-failed">a.irqtopo:7:26, step 2: nic: expected vectors = 4, got 3 (&#34;no&#34; &#38; &#60;yes&#62;)
    expect nic { vectors = 4 }
expected: 4
got: 3
because: nic is 01:00.0 (a.irqtopo:4:10)</failure>
    </testcase>
  </testsuite>
  <testsuite name="old.irqtopo" tests="1" failures="0" errors="1" skipped="0" time="0.000000">
    <testcase classname="old.irqtopo" name="can be read" file="old.irqtopo" time="0.000000">
      <error message="old.irqtopo is not UTF-8" type="unreadable"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });
  it('holds nothing that XML cannot', () => {
    const evil = test('a\u0000b\u001b\ud800c\tend', [{ ...failure, message: 'one\ntwo\uffff' }]);
    const text = junit({ ...report, specs: [{ path: 'a', tests: [evil] }] });
    expect(text).toContain('name="a\ufffdb\ufffd\ufffdc&#9;end"');
    expect(text).toContain('message="one&#10;two\ufffd"');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  });
});
