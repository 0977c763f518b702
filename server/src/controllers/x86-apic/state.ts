/** Everything the x86 interrupt core knows of interrupts: vectors, remapping entries, Linux interrupt numbers. */
import type { IntTable } from '../../base/int-table.ts';
import type { Intervals } from '../../base/intervals.ts';
import type { CpuMask, VectorRun } from '../controller.ts';
import type { Matrix, Target } from './matrix.ts';
import type { RemappingTables } from './remapping-table.ts';

export interface X86State {
  readonly type: 'x86-apic';
  readonly matrix: Matrix;
  /** Undefined without interrupt remapping. */
  readonly remapping: RemappingTables | undefined;
  /** Linux interrupt numbers that message interrupts can still have; the lowest goes first. */
  readonly irqNumbers: Intervals;
  /** Message interrupts that are or were requested, or hold a vector, by Linux interrupt number; all others are as allocated. */
  readonly interrupts: IntTable<Interrupt>;
  /** Interrupts that were there before the first PCI driver: IO-APIC pins, the timer, the IOMMU's own. */
  readonly bootInterrupts: readonly Interrupt[];
  /** IO-APIC pins that are set up without a driver of their own, and those that PCI functions use, by number. */
  readonly pins: IntTable<Pin>;
  /** `irqaffinity=`, /proc/irq/default_smp_affinity; undefined: all CPUs. */
  readonly defaultAffinity: CpuMask | undefined;
  /** CPUs that managed interrupts avoid (`isolcpus=managed_irq,…`). */
  readonly isolated: CpuMask;
  /** CPUs of each NUMA node; empty without NUMA. */
  readonly nodes: readonly CpuMask[];
}

/** One interrupt (struct irq_data with its apic_chip_data). */
export interface Interrupt {
  /** The CPUs it may go to; undefined: all. */
  readonly mask: CpuMask | undefined;
  /** The mask was set by the user (IRQD_AFFINITY_SET). */
  readonly maskSet: boolean;
  readonly managed: boolean;
  /** It cannot be masked, so it holds its vector from allocation to freeing. */
  readonly fixed: boolean;
  /** It has a handler. */
  readonly requested: boolean;
  /** Undefined: it has no vector. */
  readonly target: Target | undefined;
  /** The vector before a move, held until an interrupt arrives at the new one. */
  readonly previous: Target | undefined;
}

/** An IO-APIC pin in use by PCI functions. */
export interface Pin {
  /** Functions that woke it, and one more for a pin that the kernel set up at boot. */
  readonly users: number;
  /** Handlers on it. */
  readonly handlers: number;
  /** Its remapping entry; undefined without one. */
  readonly entry: number | undefined;
  readonly interrupt: Interrupt;
}

/** An interrupt of a run as it was allocated. */
export function asAllocated(run: VectorRun): Interrupt {
  return {
    mask: run.mask,
    maskSet: false,
    managed: run.managed,
    fixed: false,
    requested: false,
    target: undefined,
    previous: undefined,
  };
}

/** The interrupt behind the vector at position `offset` of a run. */
export function interruptOf(state: X86State, run: VectorRun, offset: number): Interrupt {
  return state.interrupts.get(run.hwirq + offset) ?? asAllocated(run);
}
