/**
 * The interface of all interrupt controllers, as the PCI layer (../timeline) sees them. A state is an immutable value; an
 * operation returns the next one with what it did. Nothing here is particular to one controller: a requester attaches
 * to a domain, asks for n vectors, activates, frees, and detaches.
 */
import type { Errno } from '../base/result.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { Effect } from './effect.ts';

/** Who asks: a function as the interrupt controller sees it. */
export interface Requester {
  readonly fn: FunctionIndex;
  /** bus << 8 | device << 3 | function, of the function itself. */
  readonly requesterId: number;
  /** What it signals with after aliasing by bridges; equals `requesterId` without an alias. */
  readonly aliasedRequesterId: number;
  /** The bridge whose alias won. */
  readonly aliasBridge: FunctionIndex | undefined;
  /** The controller's name for the requester after msi-map: the ITS's DeviceID. */
  readonly deviceId: number;
  /** Sum, over every present function below the alias bridge, of the larger of its MSI and MSI-X capability; 0 without alias. */
  readonly aliasCapabilitySum: number;
  /** Sizes of the requester's own capabilities. */
  readonly msi: number;
  readonly msix: number;
}

/** One allocated vector as the function sees it. */
export interface VectorGrant {
  /** MSI-X table index, or message number. */
  readonly index: number;
  /** EventID, or whatever the device writes as data (GICv2m: the INTID). */
  readonly data: number;
  /** LPI, SPI, hwirq: the number at the CPU's side. */
  readonly hwirq: number;
}

/** What an operation answers. The state is the next one also when it failed: Linux, too, may leave things behind. */
export interface Outcome<S, T> {
  readonly state: S;
  readonly effects: readonly Effect[];
  readonly result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly errno: Errno; readonly reason: string };
}
