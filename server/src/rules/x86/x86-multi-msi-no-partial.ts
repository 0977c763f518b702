import { severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { biggestUsers } from '../vector-users.ts';
import { wantedAllOrNothing } from '../vectors.ts';
import { counted } from '../words.ts';

export const x86MultiMsiNoPartial: Rule = {
  id: 'x86-multi-msi-no-partial',
  severity: 'warning',
  title: 'a range of MSI messages gets none, although fewer would have found vectors',
  checks:
    'Where the messages of MSI take their vectors at allocation, the CPUs have one for each of the most that a range asks for.',
  why: 'A range such as 1..16 of MSI-X is tried again with what there was. The messages of MSI are allocated as one block: with interrupt remapping Linux asks for all of them, and when one finds no vector the whole call fails with -ENOSPC, whatever its minimum.',
  remedy: 'Ask for no more than there are, or use MSI-X.',
  sources: [
    'Linux 7.2: msi_capability_init, drivers/pci/msi/msi.c; x86_vector_activate, arch/x86/kernel/apic/vector.c',
    'Recorded machine: x86-msifull-ir-smp2-61',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const missed = wantedAllOrNothing(outcome);
      if (missed === undefined) continue;
      const { fn, name, first, wanted, last } = outcome;
      const { index } = missed;
      const end = last.mode === 'intx' ? 'a silent fallback to INTx' : 'no vector at all (-ENOSPC)';
      yield {
        rule: 'x86-multi-msi-no-partial',
        severity: severityOf(outcome, last.mode === 'intx' ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} asks for ${first.request.min} to ${wanted} messages of MSI, which is all ${wanted} or nothing; ${counted(index, 'vector')} ${index === 1 ? 'is' : 'are'} left: ${end}`,
        related: biggestUsers(outcome.step.state, context.topology.functions[fn]?.node, 'handlers'),
        functions: [fn],
        facts: { fn: name, index, wanted, min: first.request.min },
      };
    }
  },
};
