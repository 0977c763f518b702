/** The tests of a spec: each scenario, and what functions expect after the boot. Their results are the analysis's own. */
import type { Analysis, LocatedFinding } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import type { Location } from '../model/source-map.ts';
import { RULE_GROUPS } from '../rules/index.ts';
import type { Run } from '../timeline/run.ts';

export interface SpecTest {
  /** Distinct within the spec, and the same as long as its name is. */
  readonly id: string;
  /** The scenario's name, or what else is tested. */
  readonly name: string;
  /** `form`: the spec as such, present only where something in it is not understood. */
  readonly of: 'form' | 'boot' | 'scenario';
  /** The header of the scenario, or the first `expect` that holds after the boot. */
  readonly at: Location;
  /** Steps of a scenario, its boot included. */
  readonly steps: number;
  /** Values compared with the machine. */
  readonly checks: number;
  /** Where it went wrong, in the order of the text; empty: passed. */
  readonly failures: readonly TestFailure[];
  /** Undefined: of the form. */
  readonly run: Run | undefined;
}

/** One thing that went wrong: an expectation, or a step that failed although no `expect` asks for it. */
export interface TestFailure {
  readonly found: LocatedFinding;
  /** Number of the step, the boot being 1; undefined where it is in none. */
  readonly step: number | undefined;
  readonly message: string;
  /** What the `expect` says, and what came; absent where no value was compared. */
  readonly expected?: string;
  readonly actual?: string;
  /** The chain that led to it. */
  readonly reasons: readonly Reason[];
}

export interface Reason {
  readonly text: string;
  readonly at: Location;
}

/** What is called so in every list of tests. */
export const AT_BOOT = 'at boot';

/**
 * The tests of a spec in the order: its form, the boot, the scenarios of all its files. A file that is no machine has none. A
 * scenario passes when no error stands in it.
 */
export function testsOf(analysis: Analysis): readonly SpecTest[] {
  if (!analysis.machine.complete) return [];
  const failures = analysis.findings.filter(isFailure);
  const scenarios = analysis.runs.flatMap((run) => scenarioTest(analysis, run, failures) ?? []);
  const elsewhere = failures.filter((found) => !scenarios.some(({ whole }) => contains(whole, found)));
  const tests = scenarios.map(({ test }) => test);
  return [...formTest(analysis, elsewhere), ...bootTest(analysis, elsewhere), ...withDistinctIds(tests)];
}

/** Two scenarios of one name are a mistake, and two tests. */
function withDistinctIds(tests: readonly SpecTest[]): readonly SpecTest[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const before = seen.get(test.id) ?? 0;
    seen.set(test.id, before + 1);
    return before === 0 ? test : { ...test, id: `${test.id} (${before + 1})` };
  });
}

function scenarioTest(
  analysis: Analysis,
  run: Run,
  failures: readonly LocatedFinding[],
): { readonly test: SpecTest; readonly whole: Location } | undefined {
  const { scenario, steps } = run;
  if (scenario === undefined) return undefined;
  const { decl, name } = scenario;
  const whole = analysis.locate({ decl, span: decl.node.span });
  const numbers = new Map(steps.map(({ step }, i) => [step?.decl, i + 1]));
  const test: SpecTest = {
    id: `scenario ${name}`,
    name,
    of: 'scenario',
    at: analysis.locate({ decl, part: 'header' }),
    steps: steps.length,
    checks: steps.slice(1).reduce((sum, step) => sum + step.checks.length, 0),
    failures: failures
      .filter((found) => contains(whole, found))
      .map((found) => failureOf(analysis, found, stepAt(found, numbers))),
    run,
  };
  return { test, whole };
}

/** What functions expect in their bodies; none where none does. */
function bootTest(analysis: Analysis, elsewhere: readonly LocatedFinding[]): readonly SpecTest[] {
  const checks = analysis.boot.steps.flatMap((step) => step.checks);
  const [first] = checks;
  if (first === undefined) return [];
  const failures = elsewhere
    .filter(({ finding }) => finding.rule === EXPECTATION_FAILED)
    .map((found) => failureOf(analysis, found, 1));
  const at = analysis.locate({ decl: first.expectation.decl, part: 'header' });
  return [{ id: 'boot', name: AT_BOOT, of: 'boot', at, steps: 1, checks: checks.length, failures, run: analysis.boot }];
}

/** What is not understood is not tested, whatever passes. */
function formTest(analysis: Analysis, elsewhere: readonly LocatedFinding[]): readonly SpecTest[] {
  const failures = elsewhere
    .filter(({ finding }) => OF_FORM.has(finding.rule))
    .map((found) => failureOf(analysis, found, undefined));
  const [first] = failures;
  if (first === undefined) return [];
  const { uri, span } = first.found;
  return [
    {
      id: 'form',
      name: 'everything in it is understood',
      of: 'form',
      at: { uri, span },
      steps: 0,
      checks: 0,
      failures,
      run: undefined,
    },
  ];
}

const EXPECTATION_FAILED = 'expectation-failed';

const OF_FORM: ReadonlySet<string> = new Set(
  RULE_GROUPS.filter(({ folder }) => folder === 'syntax').flatMap(({ rules }) => rules.map(({ id }) => id)),
);

/** A step or an expectation that is not carried out yet does not pass, either. */
const isFailure = ({ severity, finding }: LocatedFinding): boolean =>
  severity === 'error' || finding.rule === 'limit-exceeded';

const contains = ({ uri, span }: Location, found: LocatedFinding): boolean =>
  found.uri === uri && span.from <= found.span.from && found.span.from < span.to;

function stepAt({ finding }: LocatedFinding, numbers: ReadonlyMap<Declared | undefined, number>): number | undefined {
  return 'decl' in finding.at ? numbers.get(finding.at.decl) : undefined;
}

function failureOf(analysis: Analysis, found: LocatedFinding, step: number | undefined): TestFailure {
  const { message, related = [], facts = {} } = found.finding;
  const { expected, actual } = facts;
  const reasons = related.map((other) => ({ text: other.message, at: analysis.locate(other.at) }));
  const compared = typeof expected === 'string' && typeof actual === 'string' ? { expected, actual } : {};
  return { found, step, message, ...compared, reasons };
}
