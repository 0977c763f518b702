/** What a rule may read. */
import type { Machine } from '../model/machine.ts';
import type { Topology } from '../pci/topology.ts';
import type { ParsedLock } from '../timeline/lock/lock-file.ts';
import type { Run } from '../timeline/run.ts';

export interface RuleContext {
  readonly machine: Machine;
  readonly topology: Topology;
  /** The boot every check is made of: the implied scenario that only boots. */
  readonly boot: Run;
  /** The declared scenarios, in file order. */
  readonly runs: readonly Run[];
  /** The lock file beside the spec; undefined: there is none. */
  readonly lock?: SpecLock | undefined;
}

/** A lock file as it was read. */
export interface SpecLock {
  readonly uri: string;
  readonly text: string;
  readonly parsed: ParsedLock;
}
