import { endOf, outcomes, severityOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { eventShortageOf, leakedEvents } from '../shortage.ts';
import { counted } from '../words.ts';

export const lifecycleReinsertFails: Rule = {
  id: 'lifecycle-reinsert-fails',
  severity: 'error',
  title: 'a driver that is inserted again gets less than the first time',
  checks:
    'In a scenario, a function whose driver was removed, or that was unplugged, gets its vectors back when it is bound again.',
  why: 'Events that a block of MSI messages, no power of two long, left behind when it was freed belong to nobody. The table of the DeviceID is found again, marked shared, and has no free aligned region of the size needed.',
  remedy:
    'Ask for a power of two of messages, or use MSI-X. A scenario that wants to see this failure says so: `expect NAME { error = ENOSPC }`.',
  sources: [
    'Linux 7.2: its_irq_domain_free, its_msi_teardown, its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: multi-msi (6.1, 6.12, 7.2), linux-7.2-multi-msi',
  ],
  *check(context) {
    for (const outcome of outcomes(context)) {
      if (eventShortageOf(outcome) !== 'left-behind') continue;
      const leaked = leakedEvents(outcome);
      const { fn, name, first, run, number } = outcome;
      const steps = run.steps.slice(0, number + 1);
      const insertion = steps.filter(({ calls }) =>
        calls.some((call) => call.fn === fn && call.call === first.call),
      ).length;
      const removal = steps.findLast(({ step }) => step?.op === 'remove' || step?.op === 'unplug')?.step;
      yield {
        rule: 'lifecycle-reinsert-fails',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `${name}: insertion ${insertion} gets ${endOf(outcome)}, its driver wants ${outcome.wanted}; ${counted(leaked, 'event')} ${leaked === 1 ? 'was' : 'were'} left behind when the driver went`,
        ...(removal
          ? {
              related: [
                {
                  at: { decl: removal.decl, part: 'header' },
                  message: `${counted(leaked, 'event')} ${leaked === 1 ? 'stays' : 'stay'} taken after this`,
                },
              ],
            }
          : {}),
        functions: [fn],
        facts: { fn: name, insertion, leaked, wanted: outcome.wanted, min: first.request.min },
      };
    }
  },
};
