import { countVectors } from '../../timeline/state.ts';
import { type Outcome, outcomesWith } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { effectOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const x86UnmaskableMsiConsumes: Rule = {
  id: 'x86-unmaskable-msi-consumes',
  severity: 'info',
  title: 'MSI without mask bits holds its vectors from allocation on',
  checks: 'The MSI capability of each function that a driver enables MSI for has per-vector mask bits.',
  why: 'Interrupts that can be masked are only promised a vector when they are allocated; request_irq takes it and free_irq gives it back. MSI without mask bits could fire at any time, so its vectors are taken when MSI is enabled, whether there is a handler or not, and are given back when it is disabled. With none left the call itself fails: -ENOSPC.',
  remedy: 'Use MSI-X, where the function has it. Else nothing: count these vectors as taken.',
  sources: [
    'Linux 7.2: msi_check_reservation_mode, kernel/irq/msi.c; x86_vector_activate, arch/x86/kernel/apic/vector.c',
    'Recorded machines: x86-maskmsi-noir-smp4-61, x86-msifull-noir-smp1-61',
  ],
  *check(context) {
    // The elements of an array are alike: one finding tells of all of them.
    const told = new Map<unknown, { readonly outcome: Outcome; readonly vectors: number; others: number }>();
    for (const outcome of outcomesWith(context, 'x86-apic')) {
      const { last, fn, run } = outcome;
      if (last.by !== 'driver' || run !== context.boot) continue;
      const node = context.topology.functions[fn]?.node;
      if (node === undefined || node.capabilities.msiMaskable) continue;
      const vectors = takenAtOnce(outcome);
      if (vectors === 0) continue;
      const known = told.get(node);
      if (known === undefined) told.set(node, { outcome, vectors, others: 0 });
      else known.others++;
    }
    for (const { outcome, vectors, others } of told.values()) {
      const { fn, name } = outcome;
      const who = others === 0 ? name : `${name} and ${counted(others, 'other')} like it`;
      const each = others === 0 ? '' : ' each';
      yield {
        rule: 'x86-unmaskable-msi-consumes',
        at: outcome.at,
        message: `${who}: MSI without mask bits takes ${counted(vectors, 'vector')}${each} at allocation and keeps ${vectors === 1 && others === 0 ? 'it' : 'them'} through free_irq`,
        functions: [fn],
        facts: { fn: name, vectors },
      };
    }
  },
};

/** Vectors that the call took as it was made, or would have taken had there been so many. */
function takenAtOnce(outcome: Outcome): number {
  const { last, wanted } = outcome;
  if (last.mode === 'msi') return countVectors(last.vectors.filter(({ managed }) => !managed));
  return last.mode === 'none' && effectOf(outcome, 'no-vector') !== undefined ? wanted : 0;
}
