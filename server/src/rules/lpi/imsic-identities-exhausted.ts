import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { effectOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const imsicIdentitiesExhausted: Rule = {
  id: 'imsic-identities-exhausted',
  severity: 'error',
  title: 'the interrupt identities of all CPUs are used up',
  checks: 'Each call for MSI or MSI-X vectors finds as many free interrupt identities as it wants, on the CPUs online.',
  why: 'A RISC-V IMSIC has no tables and no DeviceIDs: a message is an identity written into the interrupt file of one CPU. Each file has `identities` of them; Linux keeps the first for messages between CPUs, so that 254 of 255 are for devices. A vector takes its identity when it is allocated, on the CPU with the most left, with or without a handler. When no CPU online has one left the answer is -ENOSPC, and MSI-X is tried again with what there was.',
  remedy: 'More `identities`, up to 2047; more CPUs, each of which brings a file of its own; or fewer vectors.',
  sources: [
    'Linux 6.10 to 6.17: imsic_irq_domain_alloc, drivers/irqchip/irq-riscv-imsic-platform.c; imsic_vector_alloc, irq-riscv-imsic-state.c; irq_matrix_alloc, kernel/irq/matrix.c',
  ],
  *check(context) {
    if (!context.machine.controllers.some(({ type }) => type === 'riscv-imsic')) return;
    for (const outcome of shortfalls(context)) {
      const short = effectOf(outcome, 'no-identity');
      if (short === undefined) continue;
      const { fn, name, wanted, messages, first } = outcome;
      const { left, cpus, identities } = short;
      const total = cpus * identities;
      const controller = context.machine.controllers[first.requester?.controller ?? 0];
      yield {
        rule: 'imsic-identities-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}, and ${left === 0 ? 'none' : left} of the ${total} interrupt identities of ${counted(cpus, 'CPU')} ${left < 2 ? 'is' : 'are'} left: ${endOf(outcome)}`,
        related:
          controller === undefined
            ? []
            : [{ at: { decl: controller.decl, part: 'header' }, message: `each CPU has ${identities} for devices` }],
        functions: [fn],
        facts: { fn: name, wanted, messages, left, identities: total, cpus },
      };
    }
  },
};
