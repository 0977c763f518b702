import type { Call } from '../../timeline/run.ts';
import type { RuleContext } from '../context.ts';
import { outcomesWith, severityOf } from '../outcomes.ts';
import type { Finding, Rule } from '../rule.ts';
import { noVectorFor, vectorsOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const x86ReservationExceeds: Rule = {
  id: 'x86-reservation-exceeds',
  severity: 'warning',
  title: 'more interrupt vectors are promised than there are',
  checks:
    'The vectors promised at allocation, those of idle IO-APIC pins included, are no more than those left on all CPUs online.',
  why: 'Allocating interrupts that can be masked promises each a vector and takes none, so it never fails; Linux only logs "Interrupt reservation exceeds available resources", once in passing the limit. Should drivers put handlers on all of them, the last ones get -ENOSPC.',
  remedy: 'Nothing, while most of these vectors get no handler; else more CPUs or fewer vectors.',
  sources: [
    'Linux 7.2: irq_matrix_reserve, kernel/irq/matrix.c; lapic_can_unplug_cpu, arch/x86/kernel/apic/vector.c',
    'Recorded machines: x86-overres-noir-smp1-61, x86-offline-noir-smp2-61',
  ],
  *check(context) {
    for (const outcome of outcomesWith(context, 'x86-apic')) {
      const { fn, name, calls, step } = outcome;
      if (noVectorFor(outcome) !== undefined) continue;
      const figures = vectorsOf(step.state, outcome);
      const passed = figures && exceeded(calls);
      if (figures === undefined || passed === undefined) continue;
      const { reserved, available } = passed;
      const { cpus } = figures;
      yield {
        rule: 'x86-reservation-exceeds',
        severity: severityOf(outcome, 'warning'),
        at: outcome.at,
        message: `With ${name}, ${counted(reserved, 'vector')} are promised, the ${counted(cpus, 'CPU')} ${cpus === 1 ? 'has' : 'have'} ${available} left: request_irq may fail`,
        functions: [fn],
        facts: { fn: name, cpus, reserved, available, over: reserved - available },
      };
    }
    yield* afterOffline(context);
  },
};

/** The first time that promises passed what was left during some calls. */
function exceeded(calls: readonly Call[]): { readonly reserved: number; readonly available: number } | undefined {
  for (const { effects } of calls) {
    for (const effect of effects) {
      if (effect.does === 'warn' && effect.warning.code === 'reservation-exceeds-available') return effect.warning;
    }
  }
  return undefined;
}

/** A CPU that goes offline takes its free vectors with it; the promises stay. */
function* afterOffline({ runs }: RuleContext): Iterable<Finding> {
  for (const { steps } of runs) {
    for (const { step, effects } of steps) {
      if (step?.op !== 'offline') continue;
      for (const effect of effects) {
        if (effect.does !== 'warn' || effect.warning.code !== 'reserved-exceeds-available') continue;
        const { reserved, available } = effect.warning;
        yield {
          rule: 'x86-reservation-exceeds',
          at: { decl: step.decl, part: 'header' },
          message: `${counted(reserved, 'vector')} ${reserved === 1 ? 'is' : 'are'} promised, the CPUs left have ${available}: request_irq may fail`,
          facts: { reserved, available },
        };
      }
    }
  }
}
