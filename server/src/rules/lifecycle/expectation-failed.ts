import type { Declared } from '../../model/declared.ts';
import type { Accepts, Expectation, Step } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { guestsOf } from '../../timeline/guests/assigned.ts';
import type { ExpectationResult, Run, StepResult } from '../../timeline/run.ts';
import type { MachineState } from '../../timeline/state.ts';
import { failedSteps, functionChain, guestChain, sumChain } from '../chain.ts';
import type { Finding, Related, Rule } from '../rule.ts';
import { at, hex } from '../sharing.ts';

export const expectationFailed: Rule = {
  id: 'expectation-failed',
  severity: 'error',
  title: 'what an expect asserts is not what happens',
  checks:
    'Each property of an `expect` is compared with the machine: in an endpoint or VF after boot, as a step at its place in the scenario.',
  why: 'An expectation is what the author relies on: that a function has a certain DeviceID, that a plug fails with a certain errno, that so many vectors are granted. The analysis says otherwise, and the reason with the numbers is in the message.',
  remedy:
    'Change the machine until the expectation holds, or accept the value that the message gives, which the quick-fix does.',
  sources: ['docs/language.md, "Scenarios"'],
  *check(context) {
    for (const run of [context.boot, ...context.runs]) {
      if (run.steps.every(({ checks }) => checks.every(({ met }) => met))) continue;
      // The step that last changed each function; the boot is everybody's first.
      const changedBy = new Map<FunctionIndex, Declared>();
      // Elements of an array fail alike and are told as one: one chain of reasons is enough.
      const explained = new Set<Expectation>();
      for (const [number, result] of run.steps.entries()) {
        const { step, checks } = result;
        // The numbers of functions are other machines' from here on.
        if (result.migration !== undefined) changedBy.clear();
        // Every run begins with the boot; what is asserted there is told once.
        if (run !== context.boot && number === 0) continue;
        for (const fn of changedFunctions(result.state, step)) if (step !== undefined) changedBy.set(fn, step.decl);
        for (const check of checks) {
          if (check.met) continue;
          const first = !explained.has(check.expectation);
          explained.add(check.expectation);
          const chain = first ? chainOf(run, number, check) : [];
          const since = check.fn === undefined ? undefined : changedBy.get(check.fn);
          yield finding(result, check, [...chain, ...(since === undefined ? [] : [sinceStep(since)])]);
        }
      }
    }
  },
};

function finding({ step, state }: StepResult, check: ExpectationResult, related: readonly Related[]): Finding {
  const { fn, got, reason } = check;
  const { decl, key, accepts } = check.expectation;
  const say = sayerOf(fn, key);
  const expected = textOf(accepts, say);
  const found = typeof got === 'number' ? say(got) : got;
  return {
    rule: 'expectation-failed',
    at: { decl, part: { value: key } },
    message: `${subjectOf(state, step, check)}: expected ${key} = ${expected}, got ${found}${reason ? ` (${reason})` : ''}`,
    ...(fn === undefined ? {} : { functions: [fn] }),
    related,
    facts: { key, got, expected, actual: found },
  };
}

/** What led to the value: of a function its address and its calls, of a sum its parts. */
function chainOf(run: Run, number: number, { expectation: { key }, fn, vm }: ExpectationResult): readonly Related[] {
  const { steps } = run;
  const result = steps[number];
  if (result === undefined) return [];
  if (fn !== undefined) return functionChain(run, number, fn, key);
  if (vm !== undefined) return guestChain(run, number, vm);
  if (result.step?.op !== 'expect') return [];
  return key === 'failed' || key === 'error' ? failedSteps(steps, number) : sumChain(result.state, key);
}

const sinceStep = (decl: Declared): Related => ({ at: { decl, part: 'header' }, message: 'It is so since this step' });

function changedFunctions({ topology }: MachineState, step: Step | undefined): readonly FunctionIndex[] {
  if (step === undefined || !('subjects' in step) || step.op === 'expect') return [];
  return step.subjects.flatMap(({ node, numbers }) => numbers.flatMap((n) => topology.byNode.get(node)?.[n] ?? []));
}

function subjectOf({ topology }: MachineState, step: Step | undefined, { fn, cpu, vm }: ExpectationResult): string {
  if (fn !== undefined) return at(topology, fn).name;
  if (cpu !== undefined) return `cpu[${cpu}]`;
  if (vm !== undefined) return guestsOf(topology)[vm]?.name ?? 'The VM';
  if (step?.op === 'expect-controller') return step.its?.name ?? step.controller.name ?? 'The controller';
  return 'The machine';
}

/** How numbers of a key are written: IDs in hexadecimal, truth in words. */
function sayerOf(fn: FunctionIndex | undefined, key: string): (n: number) => string {
  if (fn === undefined) return String;
  if (key === 'device-id' || key === 'requester-id') return hex;
  return key === 'present' ? (n) => (n === 0 ? 'false' : 'true') : String;
}

function textOf(accepts: Accepts, say: (n: number) => string): string {
  switch (accepts.is) {
    case 'number':
      return say(accepts.number);
    case 'range':
      return `${say(accepts.from)}..${say(accepts.to)}`;
    case 'word':
      return accepts.word;
    case 'list':
      return `[${accepts.items.map((item) => textOf(item, say)).join(', ')}]`;
  }
}
