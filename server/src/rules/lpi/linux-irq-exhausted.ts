import { irqNumberLimit } from '../../timeline/state.ts';
import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { shortageOf } from '../shortage.ts';

export const linuxIrqExhausted: Rule = {
  id: 'linux-irq-exhausted',
  severity: 'error',
  title: 'Linux 6.1 has no interrupt numbers left',
  checks:
    'On kernels up to 6.4 the vectors of all functions together stay below the number of Linux interrupt numbers.',
  why: 'These kernels keep interrupt numbers in a bitmap of NR_IRQS + 8196 bits. On an arm64 guest 8,239 of them are left for messages: the fifth function with 2048 vectors gets 47, the sixth -ENOSPC, long before the LPIs run out. That refusal comes after the table is made, so the table and its LPIs stay behind. Later kernels have no such limit.',
  remedy: 'Use a newer kernel, or fewer vectors per function.',
  sources: [
    'Linux 6.1: IRQ_BITMAP_BITS, kernel/irq/internals.h; __irq_alloc_descs, kernel/irq/irqdesc.c',
    'Recorded machines: linux-6.1-exhaust-virq; linux-6.12-exhaust-virq and linux-7.2-exhaust-virq have no such limit',
  ],
  *check(context) {
    const { os } = context.machine;
    const limit = irqNumberLimit(context.machine);
    for (const outcome of shortfalls(context)) {
      if (shortageOf(outcome) !== 'irq-numbers') continue;
      const { fn, name, wanted, messages } = outcome;
      yield {
        rule: 'linux-irq-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `Linux ${os.major}.${os.minor} has ${limit} interrupt numbers for messages, too few for the ${wanted} vectors of ${name}: it gets ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, limit, wanted, messages },
      };
    }
  },
};
