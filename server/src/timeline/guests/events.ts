/** What befell guests during a step, for findings and hovers. */
import type { Intervals } from '../../base/intervals.ts';
import type { Failure } from '../../base/result.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { GuestNumber } from './assigned.ts';

export type GuestEvent = {
  readonly vm: GuestNumber;
  readonly fn: FunctionIndex;
} /**
 * The guest unmasked entries `first`..`last`, and for each of them the whole index was disabled and enabled again: `times` with
 * live handlers, `hit` of them in all.
 */ & (
  | {
      readonly is: 'torn-down';
      readonly first: number;
      readonly last: number;
      readonly times: number;
      readonly hit: number;
    }
  /** Entries that will not fire from now on, since the host failed at the unmask of `entry`. */
  | { readonly is: 'lost'; readonly entries: Intervals; readonly entry: number; readonly errno: Failure }
  /** The VMM ended the guest when the host failed at the unmask of `entry`. */
  | { readonly is: 'killed'; readonly entry: number; readonly errno: Failure }
  /** The guest gets no interrupt message storage. */
  | { readonly is: 'ims-refused'; readonly why: ImsRefusal }
);

/** Why there is no interrupt message storage. */
export type ImsRefusal =
  /** The guest cannot ask for address and data pairs. */
  | 'no-hypercall'
  /** The function has none. */
  | 'storage'
  /** Linux has it from 6.2 to 6.9 only. */
  | 'guest-kernel'
  | 'host-kernel'
  /** Only x86 with interrupt remapping. */
  | 'controller';
