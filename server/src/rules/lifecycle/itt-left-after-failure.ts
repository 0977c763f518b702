import { deviceIdOf, deviceOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { shortageOf } from '../shortage.ts';

export const ittLeftAfterFailure: Rule = {
  id: 'itt-left-after-failure',
  severity: 'warning',
  title: 'a call failed and its table stays all the same',
  checks: 'A call that was granted nothing leaves no table behind.',
  why: 'On Linux 6.1 the table is made first and interrupt numbers are looked for afterwards. When there are none the call returns -ENOSPC without taking the table back: its LPIs are reserved for nobody until somebody with the same DeviceID asks again.',
  remedy: 'Ask for fewer vectors, or use a newer kernel.',
  sources: [
    'Linux 6.1: its_irq_domain_alloc, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machine: linux-6.1-exhaust-virq',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const device = deviceOf(outcome.step.state, outcome);
      if (outcome.messages > 0 || shortageOf(outcome) !== 'irq-numbers' || device?.createdBy !== outcome.fn) continue;
      yield {
        rule: 'itt-left-after-failure',
        at: outcome.at,
        message: `${outcome.name} got no vector, but ${device.lpiCount} LPIs of ${deviceIdOf(outcome)} stay reserved`,
        functions: [outcome.fn],
        facts: { fn: outcome.name, lpis: device.lpiCount },
      };
    }
  },
};
