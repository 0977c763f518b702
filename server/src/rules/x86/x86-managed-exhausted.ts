import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { biggestUsers } from '../vector-users.ts';
import { effectOf } from '../vectors.ts';

export const x86ManagedExhausted: Rule = {
  id: 'x86-managed-exhausted',
  severity: 'error',
  title: 'a CPU has no vector left to set aside for managed interrupts',
  checks: 'Each managed interrupt finds a free vector on every CPU of its mask, online or not, when it is allocated.',
  why: 'A managed interrupt must work whenever one of its CPUs is online, so Linux sets a vector aside on each of them at allocation. One full CPU is enough to fail: -ENOSPC. An MSI-X range is tried again with as many vectors as found room, and other masks; as these cover the same CPUs, that mostly fails too.',
  remedy: 'Fewer managed devices or affinity sets, more CPUs, or fewer ordinary interrupts requested before.',
  sources: [
    'Linux 7.2: irq_matrix_reserve_managed, kernel/irq/matrix.c; reserve_managed_vector, arch/x86/kernel/apic/vector.c',
    'Recorded machines: x86-manexh-noir-smp1-61, x86-manmix-noir-smp2-61',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const full = effectOf(outcome, 'no-managed-vector');
      if (full === undefined) continue;
      const { fn, name, messages } = outcome;
      const { cpu, managed } = full;
      yield {
        rule: 'x86-managed-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `cpu[${cpu}] has no vector to set aside for ${name}: ${managed === 0 ? 'all are' : `${managed} are set aside already, the others`} in use: ${endOf(outcome)}`,
        related: biggestUsers(outcome.step.state, context.topology.functions[fn]?.node, 'handlers'),
        functions: [fn],
        facts: { fn: name, cpu, managed },
      };
    }
  },
};
