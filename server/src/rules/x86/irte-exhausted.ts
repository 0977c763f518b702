import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { biggestUsers } from '../vector-users.ts';
import { effectOf, remappingOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const irteExhausted: Rule = {
  id: 'irte-exhausted',
  severity: 'error',
  title: 'the interrupt remapping table of a unit is full',
  checks:
    'Each vector finds an entry in the remapping table of its Intel unit, and the messages of MSI an aligned region.',
  why: 'An Intel unit has one table of 65,536 entries for everything behind it. Each MSI-X vector takes one at allocation, handler or not; MSI of several messages takes a region of the next power of two. A range of MSI-X gets what is left, an exact number -ENOSPC.',
  remedy: 'Put functions behind another unit (`remapping-unit`), or let drivers ask for fewer vectors.',
  sources: ['Linux 7.2: alloc_irte, drivers/iommu/intel/irq_remapping.c', 'Recorded machine: x86-irteexh-smp1-61'],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const short = effectOf(outcome, 'no-entries');
      if (short === undefined || remappingOf(outcome) !== 'intel') continue;
      const { fn, name, wanted, messages, first } = outcome;
      const unit = first.requester?.remappingUnit ?? 0;
      yield {
        rule: 'irte-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}, unit ${unit} has ${short.left} of ${short.entries} left: ${endOf(outcome)}`,
        related: biggestUsers(outcome.step.state, context.topology.functions[fn]?.node, 'vectors'),
        functions: [fn],
        facts: { fn: name, wanted, unit, left: short.left, entries: short.entries },
      };
    }
  },
};
