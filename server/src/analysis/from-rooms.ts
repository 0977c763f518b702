/** What the rooms before the rules found, in the shape of findings. */
import type { Expectation } from '../model/machine.ts';
import { busProblems } from '../pci/bus-problems.ts';
import { msiMapProblems } from '../pci/msi-map-problems.ts';
import { plannedBridgeProblems } from '../pci/planned-bridges.ts';
import type { PciPart, PciProblem, PciSubject } from '../pci/problem.ts';
import type { TreeShape } from '../pci/shape.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { RuleContext } from '../rules/context.ts';
import { afterBoot } from '../rules/headroom.ts';
import { ruleOf } from '../rules/index.ts';
import type { Finding, Place } from '../rules/rule.ts';
import type { Body, Statement, SyntaxProblem, Tree } from '../syntax/tree.ts';
import { presentIn } from '../timeline/state.ts';

/** What the parser found in the files. */
export function* syntaxFindings(files: ReadonlyMap<string, Tree>): Iterable<Finding> {
  for (const [uri, { root }] of files) {
    for (const { start, problem } of problemsIn(root)) {
      const { rule, message, replacement, span } = problem;
      const at: Place = { uri, span: { from: start + span.from, to: start + span.to } };
      yield replacement === undefined ? { rule, at, message } : { rule, at, message, replacement };
    }
  }
}

interface Placed {
  readonly problem: SyntaxProblem;
  /** Of its statement, counted from the start of the body asked. */
  readonly start: number;
}

const NONE: readonly Placed[] = [];
const problemsOf = new WeakMap<Body, readonly Placed[]>();

/** Kept with the body, so that an edit pays for the bodies it changed. */
function problemsIn(body: Body): readonly Placed[] {
  const known = problemsOf.get(body);
  if (known) return known;
  const found: Placed[] = [];
  body.statements.forEach((statement, number) => {
    const start = body.starts[number] ?? 0;
    for (const problem of statement.problems) found.push({ problem, start });
    const inner = innerBody(statement);
    if (inner)
      for (const placed of problemsIn(inner.body)) found.push({ ...placed, start: start + inner.from + placed.start });
  });
  const result = found.length === 0 ? NONE : found;
  problemsOf.set(body, result);
  return result;
}

const innerBody = (statement: Statement): { readonly body: Body; readonly from: number } | undefined =>
  statement.node === 'block' && statement.body && statement.braces
    ? { body: statement.body, from: statement.braces.from + 1 }
    : undefined;

/** Shapes of PCI trees with nothing wrong once they are up; bus numbers and maps follow from the shape. */
const sound = new WeakSet<TreeShape>();

/** What is wrong with bus numbers, with maps, and with bridges that are to be plugged in, once the machine is up. */
export function bootProblems(context: RuleContext): readonly PciProblem[] {
  const state = afterBoot(context);
  const { topology, enumeration } = state;
  if (sound.has(topology.shape)) return [];
  const problems = [
    ...busProblems(topology, enumeration),
    ...plannedBridgeProblems(topology, enumeration, presentIn(state)),
    ...msiMapProblems(topology, enumeration),
  ];
  if (problems.length === 0) sound.add(topology.shape);
  return problems;
}

/** What is wrong with the PCI tree. */
export const pciFindings = (problems: readonly PciProblem[]): readonly Finding[] =>
  problems.map(({ rule, node, part, message, related, functions, facts }) => ({
    rule,
    at: place(node, part),
    message,
    related: related.map((other) => ({ at: place(other.node, other.part), message: other.message })),
    functions,
    facts,
  }));

const place = ({ decl }: PciSubject, part: PciPart): Place => ({ decl, part });

/** Steps that could not apply; information where the next `expect` on the function or the VM asks for the failure. */
export function* refusalFindings({ runs }: RuleContext): Iterable<Finding> {
  for (const { steps } of runs) {
    const wanted = new Set<FunctionIndex>();
    const wantedVms = new Set<number>();
    // Whether the machine's `error` is expected right after the step, such as that of a CPU, which has none of its own.
    let isWanted = false;
    for (const { step, refused, checks } of steps.toReversed()) {
      for (const { fn, vm } of checks) {
        if (fn !== undefined) wanted.delete(fn);
        if (vm !== undefined) wantedVms.delete(vm);
      }
      for (const { fn, vm, met, expectation } of checks) {
        if (!met || !asksForFailure(expectation)) continue;
        if (fn !== undefined) wanted.add(fn);
        if (vm !== undefined) wantedVms.add(vm);
      }
      if (step === undefined) continue;
      for (const { rule, message, fn, vm, isHarmless } of refused) {
        const isAskedFor = (fn !== undefined && wanted.has(fn)) || (vm !== undefined && wantedVms.has(vm));
        const severity = severityOf(rule, isHarmless || isWanted || isAskedFor);
        const functions = fn === undefined ? {} : { functions: [fn] };
        yield { rule, ...severity, at: { decl: step.decl, part: 'header' }, message, ...functions };
      }
      const isOfMachine = step.op === 'expect' && step.subjects === 'machine';
      isWanted = isOfMachine && checks.some(({ met, expectation }) => met && asksForFailure(expectation));
    }
  }
}

/** A step that failed is more than information, unless it was asked for. */
function severityOf(rule: string, isInformation: boolean): Pick<Finding, 'severity'> {
  if (isInformation) return { severity: 'info' };
  const usual = ruleOf(rule)?.severity;
  return usual === 'info' || usual === 'hint' ? { severity: 'warning' } : {};
}

const asksForFailure = ({ key, accepts }: Expectation): boolean =>
  key === 'error' && accepts.is === 'word' && accepts.word !== 'none';
