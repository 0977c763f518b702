/** What a RISC-V IMSIC holds at one moment. */
import type { IntTable } from '../../base/int-table.ts';
import type { Intervals } from '../../base/intervals.ts';
import type { RuleSet } from '../../model/machine.ts';
import type { CpuMask } from '../controller.ts';
import type { IdentityFile } from './identity-files.ts';

export interface ImsicState {
  readonly type: 'riscv-imsic';
  readonly rules: RuleSet;
  /** Identities of a file that devices can have. */
  readonly identities: number;
  /** One per possible CPU. */
  readonly files: readonly IdentityFile[];
  /** Numbers of interrupts that are free; the lowest goes first, as Linux gives its own interrupt numbers. */
  readonly numbers: Intervals;
  /** Allocated interrupts by number, which is the `hwirq` of their runs. */
  readonly interrupts: IntTable<Interrupt>;
}

/** One interrupt (struct imsic_vector, and what the interrupt core knows of it). */
export interface Interrupt extends Place {
  /** The CPUs it is kept for or was moved to by the user; undefined: all. */
  readonly mask: CpuMask | undefined;
  readonly managed: boolean;
  /** It has a handler. */
  readonly requested: boolean;
}

/** An identity of a CPU's file: what a device writes, and where. */
export interface Place {
  readonly cpu: number;
  readonly identity: number;
}
