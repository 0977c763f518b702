import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { effectOf, remappingOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const irteExhaustedAmd: Rule = {
  id: 'irte-exhausted-amd',
  severity: 'error',
  title: 'the interrupt remapping table of a DeviceID is full',
  checks: 'Each vector finds an entry in the remapping table of its AMD DeviceID.',
  why: 'An AMD IOMMU has a table for each DeviceID: 512 entries, however many the function could use. Functions behind a bridge that signals for them share one. A range of MSI-X gets what is left, an exact number -ENOSPC.',
  remedy:
    'Ask for at most 512 vectors, move functions from below the bridge, or, on an IOMMU with tables of 2048, say `remapping-entries = 2048`.',
  sources: ['Linux 7.2: alloc_irq_index, drivers/iommu/amd/iommu.c', 'Recorded machine: x86-basic-amdir-smp2-61'],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const short = effectOf(outcome, 'no-entries');
      const { requester } = outcome.first;
      if (short === undefined || requester === undefined || remappingOf(outcome) !== 'amd') continue;
      const { fn, name, wanted, messages } = outcome;
      const id = `0x${requester.aliasedRequesterId.toString(16).padStart(4, '0')}`;
      yield {
        rule: 'irte-exhausted-amd',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}, the table of DeviceID ${id} has ${short.left} of ${short.entries} left: ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, wanted, left: short.left, entries: short.entries },
      };
    }
  },
};
