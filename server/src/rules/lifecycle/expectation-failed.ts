import type { Accepts } from '../../model/machine.ts';
import type { ExpectationResult, Run } from '../../timeline/run.ts';
import type { RuleContext } from '../context.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';

export const expectationFailed: Rule = {
  id: 'expectation-failed',
  severity: 'error',
  title: 'what an expect asserts is not what happens',
  checks:
    'Each property of an `expect` is compared with the machine: in an endpoint or VF after boot, as a step at its place in the scenario.',
  why: 'An expectation is what the author relies on: that a function has a certain DeviceID, that a plug fails with a certain errno, that so many vectors are granted. The analysis says otherwise, and the reason with the numbers is in the message.',
  remedy: 'Change the machine until the expectation holds, or accept the value that the message gives.',
  sources: ['docs/language.md, "Expectations"'],
  *check(context) {
    for (const run of [context.boot, ...context.runs]) {
      for (const { result, number } of failed(run)) {
        if (run !== context.boot && number === 0) continue;
        yield finding(context, result);
      }
    }
  },
};

function* failed(run: Run): Iterable<{ readonly result: ExpectationResult; readonly number: number }> {
  for (const [number, { checks }] of run.steps.entries()) {
    for (const result of checks) if (!result.met) yield { result, number };
  }
}

function finding(context: RuleContext, { expectation, fn, got, reason }: ExpectationResult) {
  const { decl, key, accepts } = expectation;
  const subject = fn === undefined ? 'The machine' : at(context.topology, fn).name;
  return {
    rule: 'expectation-failed',
    at: { decl, part: { value: key } },
    message: `${subject}: expected ${key} = ${textOf(accepts)}, got ${got}${reason ? ` (${reason})` : ''}`,
    ...(fn === undefined ? {} : { functions: [fn] }),
    facts: { key, got },
  } as const;
}

function textOf(accepts: Accepts): string {
  switch (accepts.is) {
    case 'number':
      return `${accepts.number}`;
    case 'range':
      return `${accepts.from}..${accepts.to}`;
    case 'word':
      return accepts.word;
    case 'list':
      return `[${accepts.items.map(textOf).join(', ')}]`;
  }
}
