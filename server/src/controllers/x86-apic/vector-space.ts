/** Which vectors of a CPU device interrupts can have (arch/x86/include/asm/irq_vectors.h in 6.1, 6.12 and 7.2). */
import { add, type Intervals, noIntervals } from '../../base/intervals.ts';
import type { RuleSet } from '../../model/machine.ts';

/** The vectors that the allocator of every CPU works on. */
export interface VectorSpace {
  /** FIRST_EXTERNAL_VECTOR. */
  readonly first: number;
  /** FIRST_SYSTEM_VECTOR - 1. */
  readonly last: number;
  /** Vectors between them that the kernel keeps for itself on every CPU. */
  readonly system: Intervals;
}

/** FIRST_EXTERNAL_VECTOR: the first after the exceptions. */
const firstExternalVector = 0x20;
/** Up to 6.10 the local timer's vector, 0xec, is the first above; from 6.11 on 0xeb is the posted MSIs'. */
const lastVector: Readonly<Record<RuleSet, number>> = { '6.1': 0xeb, '6.12': 0xea, '7.2': 0xea };
/** IRQ_MOVE_CLEANUP_VECTOR, the first external vector; 6.12 cleans up with a timer instead. */
const moveCleanupVector = 0x20;
/** IA32_SYSCALL_VECTOR. */
const systemCallVector = 0x80;
/** ISA_IRQ_VECTOR(0): ISA interrupt n is vector 0x30 + n. */
const isaVectorBase = 0x30;
/** PIC_CASCADE_IR: the interrupt by which the second 8259 reaches the first. */
const cascadeIrq = 2;

/** What a message carries while its interrupt has no vector (MANAGED_IRQ_SHUTDOWN_VECTOR). It costs nothing. */
export const placeholderVector = 0xef;

/**
 * The space of a kernel. `legacyPic`: there is an 8259, whose cascade keeps a vector; `ia32`: 32-bit system calls are enabled
 * (lapic_assign_system_vectors, arch/x86/kernel/apic/vector.c; ia32_enabled, arch/x86/kernel/idt.c).
 */
export function vectorSpace(rules: RuleSet, has: { legacyPic: boolean; ia32: boolean }): VectorSpace {
  let system = noIntervals;
  const keep = (vector: number): void => {
    system = add(system, vector, vector);
  };
  if (rules === '6.1') keep(moveCleanupVector);
  if (has.legacyPic) keep(isaVector(cascadeIrq));
  if (has.ia32) keep(systemCallVector);
  return { first: firstExternalVector, last: lastVector[rules], system };
}

/** The vector that an ISA interrupt, 0..15, has on the boot CPU as long as the PIC or the timer keeps it. */
export function isaVector(irq: number): number {
  return isaVectorBase + irq;
}
