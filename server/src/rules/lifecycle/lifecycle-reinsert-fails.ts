import type { PciNode, Step } from '../../model/machine.ts';
import type { Run } from '../../timeline/run.ts';
import { endOf, type Outcome, outcomes, severityOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';
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
    if (context.runs.length === 0) return;
    const calls = new Map<Run, Map<string, number>>();
    for (const outcome of outcomes(context)) {
      const insertion = countCall(calls, context.boot, outcome);
      if (eventShortageOf(outcome) !== 'left-behind') continue;
      const leaked = leakedEvents(outcome);
      const { fn, name, first } = outcome;
      const removal = lastRemoval(outcome, at(context.topology, fn).node);
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

/** Counts a call of a driver's plan in its run, and tells how often it was made by now; that at boot counts in every run. */
function countCall(calls: Map<Run, Map<string, number>>, boot: Run, { run, fn, first }: Outcome): number {
  const key = `${fn} ${first.call}`;
  const own = calls.get(run) ?? new Map<string, number>();
  calls.set(run, own);
  const count = (own.get(key) ?? (run === boot ? 0 : (calls.get(boot)?.get(key) ?? 0))) + 1;
  own.set(key, count);
  return count;
}

const removalsOf = new WeakMap<Run, ReadonlyMap<PciNode, readonly Removal[]>>();

interface Removal {
  readonly step: Step;
  readonly number: number;
}

/** The step before that took the function's driver away. */
function lastRemoval({ run, number }: Outcome, node: PciNode): Step | undefined {
  const known = removalsOf.get(run) ?? removalsIn(run);
  removalsOf.set(run, known);
  return known.get(node)?.findLast((removal) => removal.number < number)?.step;
}

function removalsIn(run: Run): ReadonlyMap<PciNode, readonly Removal[]> {
  const byNode = new Map<PciNode, Removal[]>();
  for (const [number, { step }] of run.steps.entries()) {
    if (step?.op !== 'remove' && step?.op !== 'unplug') continue;
    for (const { node } of step.subjects) {
      const list = byNode.get(node);
      if (list) list.push({ step, number });
      else byNode.set(node, [{ step, number }]);
    }
  }
  return byNode;
}
