/** What `test` found, located as people read it. Every format is a function of this. */
import type { Analysis, LocatedFinding } from '../analysis/analysis.ts';
import type { SpecTest, TestFailure } from '../ide/tests.ts';
import { rangeOf, type SourceRange } from './report.ts';

export interface TestReport {
  /** In the order of their paths; those without a test of this shard are left out. */
  readonly specs: readonly TestedSpec[];
  /** Input that could not be tested; `reason` ends the sentence that begins with the path. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Specs looked at, with and without tests. */
  readonly read: number;
  readonly milliseconds: number;
  readonly shard: Shard | undefined;
}

/** One part of all tests: the `index`-th of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface TestedSpec {
  readonly path: string;
  readonly tests: readonly ReportedTest[];
}

export interface ReportedTest {
  readonly name: string;
  readonly of: SpecTest['of'];
  readonly steps: number;
  readonly checks: number;
  readonly milliseconds: number;
  readonly at: SourceRange;
  /** Empty: passed. */
  readonly failures: readonly ReportedFailure[];
}

export interface ReportedFailure {
  /** Of the finding behind it: `irqtopo explain RULE`. */
  readonly rule: string;
  readonly message: string;
  readonly step: number | undefined;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly at: SourceRange;
  readonly reasons: readonly { readonly text: string; readonly at: SourceRange }[];
  /** Title of the first fix that was proved; undefined also when none was looked for. */
  readonly help: string | undefined;
}

/**
 * A test as it is reported.
 * @param help asks for the title of a proved fix
 */
export function reportedTest(
  analysis: Analysis,
  { name, of, steps, checks, at, failures }: SpecTest,
  milliseconds: number,
  pathOf: (uri: string) => string,
  help: (found: LocatedFinding) => string | undefined,
): ReportedTest {
  const range = ({ uri, span }: SpecTest['at']) => rangeOf(analysis, uri, span, pathOf);
  const failure = ({ found, step, message, expected, actual, reasons }: TestFailure): ReportedFailure => ({
    rule: found.finding.rule,
    message,
    step,
    expected,
    actual,
    at: range(found),
    reasons: reasons.map((reason) => ({ text: reason.text, at: range(reason.at) })),
    help: help(found),
  });
  return { name, of, steps, checks, milliseconds, at: range(at), failures: failures.map(failure) };
}

/** How many passed and failed. */
export function countTests(specs: readonly TestedSpec[]): { readonly passed: number; readonly failed: number } {
  const tests = specs.flatMap((spec) => spec.tests);
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  return { passed: tests.length - failed, failed };
}

/**
 * The units from `from` up to `to`, exclusive, that a shard runs of `total`: blocks as equal as can be, which together
 * are all of them.
 */
export function blockOf({ index, count }: Shard, total: number): { readonly from: number; readonly to: number } {
  return { from: Math.floor(((index - 1) * total) / count), to: Math.floor((index * total) / count) };
}
