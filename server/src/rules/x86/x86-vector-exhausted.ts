import { endOf, type Outcome, outcomesWith, severityOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { biggestUsers } from '../vector-users.ts';
import { type NoVector, noVectorFor, vectorsOf, wantedAllOrNothing } from '../vectors.ts';
import { counted } from '../words.ts';

export const x86VectorExhausted: Rule = {
  id: 'x86-vector-exhausted',
  severity: 'error',
  title: 'no CPU has an interrupt vector left',
  checks:
    'Each interrupt that gets a handler finds a free vector on some CPU; one that cannot be masked needs it when it is allocated.',
  why: 'A CPU has 201 vectors for devices on every kernel from 6.1 on: 256 less exceptions, system vectors, the system call and the cascade of the 8259. Allocation only promises a vector, and never fails for want of one; request_irq takes it, from the CPU with the most left, and answers -ENOSPC when none has any. An MSI capability without mask bits takes its vectors at once, so there the allocation fails, and several messages are not tried again with fewer.',
  remedy:
    'More CPUs, fewer queues per device, or fewer managed interrupts, which hold a vector on every CPU of their mask.',
  sources: [
    'Linux 7.2: assign_irq_vector_any_locked, arch/x86/kernel/apic/vector.c; irq_matrix_alloc, kernel/irq/matrix.c',
    'Recorded machines: x86-exhaust-noir-smp4-61, x86-msifull-noir-smp1-61',
  ],
  *check(context) {
    // Of a driver that allocates twice in one probe, the call its handlers belong to is the last one.
    const missing = new Map<NoVector, Outcome>();
    for (const outcome of outcomesWith(context, 'x86-apic')) {
      const missed = noVectorFor(outcome);
      // What fewer messages would have had is another rule's to tell.
      if (missed !== undefined && wantedAllOrNothing(outcome) === undefined) missing.set(missed, outcome);
    }
    for (const [{ index, cpus, line }, outcome] of missing) {
      const { fn, name, messages, step } = outcome;
      const requested = messages > 0 || line === true;
      const end = requested ? 'request_irq fails with -ENOSPC' : endOf(outcome);
      const what = line === true ? 'interrupt line' : `interrupt ${index}`;
      const room = vectorsOf(step.state, outcome) ?? { vectors: 0, setAside: 0, promised: 0 };
      const aside = room.setAside === 0 ? '' : ` (${room.setAside} set aside for managed interrupts)`;
      yield {
        rule: 'x86-vector-exhausted',
        severity: severityOf(outcome, requested || outcome.last.mode !== 'intx' ? 'error' : 'warning'),
        at: outcome.at,
        message: `${name} finds no vector for its ${what}: all ${room.vectors} of ${counted(cpus, 'CPU')} are taken${aside}: ${end}`,
        related: biggestUsers(step.state, context.topology.functions[fn]?.node, 'handlers'),
        functions: [fn],
        facts: { fn: name, index, cpus, vectors: room.vectors, promised: room.promised, wanted: outcome.wanted },
      };
    }
  },
};
