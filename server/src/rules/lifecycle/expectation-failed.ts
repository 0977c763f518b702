import type { Accepts, Step } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { ExpectationResult } from '../../timeline/run.ts';
import type { RuleContext } from '../context.ts';
import type { Rule } from '../rule.ts';
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
      for (const [number, { step, checks }] of run.steps.entries()) {
        if (run !== context.boot && number === 0) continue;
        for (const result of checks) if (!result.met) yield finding(context, step, result);
      }
    }
  },
};

function finding(context: RuleContext, step: Step | undefined, { expectation, fn, got, reason }: ExpectationResult) {
  const { decl, key, accepts } = expectation;
  const say = sayerOf(key);
  return {
    rule: 'expectation-failed',
    at: { decl, part: { value: key } },
    message: `${subjectOf(context, step, fn)}: expected ${key} = ${textOf(accepts, say)}, got ${typeof got === 'number' ? say(got) : got}${reason ? ` (${reason})` : ''}`,
    ...(fn === undefined ? {} : { functions: [fn] }),
    facts: { key, got },
  } as const;
}

function subjectOf({ topology }: RuleContext, step: Step | undefined, fn: FunctionIndex | undefined): string {
  if (fn !== undefined) return at(topology, fn).name;
  if (step?.op === 'expect-controller') return step.its?.name ?? step.controller.name ?? 'The controller';
  return 'The machine';
}

/** How numbers of a key are written: IDs in hexadecimal, truth in words. */
function sayerOf(key: string): (n: number) => string {
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
