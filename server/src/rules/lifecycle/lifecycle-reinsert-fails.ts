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
      const removals = removalsBefore(outcome, at(outcome.step.state.topology, fn).node);
      yield {
        rule: 'lifecycle-reinsert-fails',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `${name}: insertion ${insertion} gets ${endOf(outcome)}, its driver wants ${outcome.wanted}; ${counted(leaked, 'event')} ${leaked === 1 ? 'was' : 'were'} left behind${byWhom(removals)}`,
        related: removals.slice(-STEPS_NAMED).map(({ step, number }) => ({
          at: { decl: step.decl, part: 'header' },
          message: `Step ${number + 1} leaves events behind`,
        })),
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

/** The steps before that took the function's driver away. */
function removalsBefore({ run, number }: Outcome, node: PciNode): readonly Removal[] {
  const known = removalsOf.get(run) ?? removalsIn(run);
  removalsOf.set(run, known);
  return known.get(node)?.filter((removal) => removal.number < number) ?? [];
}

/** Steps named before it is only said how many there are. */
const STEPS_NAMED = 4;

/** " by step 2", " by steps 2, 4 and 6"; a step's number counts the boot as the first. */
function byWhom(removals: readonly Removal[]): string {
  const numbers = removals.map(({ number }) => `${number + 1}`);
  const [only] = numbers;
  if (only === undefined) return ' when the driver went';
  if (numbers.length === 1) return ` by step ${only}`;
  if (numbers.length > STEPS_NAMED) return ` by ${numbers.length} steps, the last of them step ${numbers.at(-1)}`;
  return ` by steps ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

function removalsIn(run: Run): ReadonlyMap<PciNode, readonly Removal[]> {
  const byNode = new Map<PciNode, Removal[]>();
  for (const [number, { step }] of run.steps.entries()) {
    if (step?.op !== 'remove' && step?.op !== 'unplug' && step?.op !== 'disable') continue;
    for (const { node } of step.subjects) {
      const list = byNode.get(node);
      if (list) list.push({ step, number });
      else byNode.set(node, [{ step, number }]);
    }
  }
  return byNode;
}
