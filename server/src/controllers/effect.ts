import type { Intervals } from '../base/intervals.ts';
import type { ChangeMsiAnswer } from './spapr/change-msi.ts';

/** What an operation did at the hardware or firmware, in order. Runs of equal effects are merged where numbers rise by one. */
export type Effect =
  /** MAPD, valid: room for `events`, LPIs `lpiBase` … reserved; fewer than `lpisRequested` when the pool ran short. */
  | {
      readonly does: 'mapd';
      readonly deviceId: number;
      readonly events: number;
      readonly lpiBase: number;
      readonly lpiCount: number;
      readonly lpisRequested: number;
    }
  /** MAPD, not valid: the table and its LPIs are given back. */
  | { readonly does: 'unmapd'; readonly deviceId: number }
  | {
      readonly does: 'mapti';
      readonly deviceId: number;
      readonly eventId: number;
      readonly lpi: number;
      readonly count: number;
      /** One CPU per event; empty on a machine with one CPU. */
      readonly collections: readonly number[];
    }
  | { readonly does: 'discard'; readonly deviceId: number; readonly eventId: number; readonly count: number }
  | { readonly does: 'movi'; readonly deviceId: number; readonly eventId: number; readonly collection: number }
  /** A search for LPIs, halved down to one, that found none. */
  | { readonly does: 'no-lpis'; readonly wanted: number }
  /** The firmware's ibm,change-msi, function `called`, for `asked` interrupts (0: release), and what it answered. */
  | {
      readonly does: 'change-msi';
      readonly requesterId: number;
      readonly called: number;
      readonly asked: number;
      readonly answer: ChangeMsiAnswer;
      /** Where it was refused, or QEMU aborted: the sources that were free. */
      readonly free?: Intervals;
    }
  /**
   * CPUs' vectors that a function's interrupts took: from its vector `index` on, one each. At request_irq, or, of MSI that cannot
   * be masked, at allocation.
   */
  | {
      readonly does: 'vectors-taken' | 'vectors-returned';
      readonly fn: number;
      readonly index: number;
      readonly targets: readonly VectorTarget[];
    }
  /** An interrupt that was served by one CPU's vector now has another's; without one it is shut down, or starts again. */
  | {
      readonly does: 'vector-moved';
      /** Linux interrupt number. */
      readonly irq: number;
      readonly from: VectorTarget | undefined;
      readonly to: VectorTarget | undefined;
    }
  /** Entries of an interrupt remapping table were written for a function; `freed`: and given back. */
  | {
      readonly does: 'entries-written';
      readonly fn: number;
      readonly first: number;
      readonly count: number;
      readonly holds: 'placeholder' | 'vector' | 'nothing' | 'freed';
    }
  /** No CPU had a vector left for this function's vector `index`, at request_irq or, where it cannot be masked, at allocation. */
  | {
      readonly does: 'no-vector';
      readonly fn: number;
      readonly index: number;
      readonly cpus: number;
      /** It is the function's interrupt line. */
      readonly line?: true;
    }
  /** A CPU had no vector left to set aside for a managed interrupt: `managed` are set aside there already. */
  | { readonly does: 'no-managed-vector'; readonly cpu: number; readonly managed: number }
  /** An interrupt remapping table had not as many entries as asked for, or none in a row: `left` of `entries`. */
  | { readonly does: 'no-entries'; readonly left: number; readonly entries: number }
  /**
   * A GICv5 ITS made no table of `events` events for a DeviceID: `owner` has it registered, or the number or the size is not
   * to be had (see gicv5-its/itt.ts).
   */
  | {
      readonly does: 'no-table';
      readonly deviceId: number;
      readonly events: number;
      readonly why: 'taken' | 'device-id-bits' | 'event-id-bits' | 'one-page';
      readonly owner: number | undefined;
    }
  /** `left` interrupt identities were had and no more (RISC-V), of `cpus` CPUs online with `identities` for devices each. */
  | { readonly does: 'no-identity'; readonly left: number; readonly cpus: number; readonly identities: number }
  /** The kernel's log says so. */
  | { readonly does: 'warn'; readonly warning: Warning };

/** A vector of a CPU. */
export interface VectorTarget {
  readonly cpu: number;
  readonly vector: number;
}

/** What the kernel warns of where a call need not fail. */
export type Warning =
  /** More vectors were promised than are left. */
  | { readonly code: 'reservation-exceeds-available'; readonly reserved: number; readonly available: number }
  /** An interrupt got a CPU outside its mask, as those in it are full. */
  | { readonly code: 'affinity-broken' }
  /** An interrupt remapping table is full. */
  | { readonly code: 'no-irte' }
  /** An interrupt stays with a CPU that goes offline, as no other has room for it: it is lost until that CPU is back. */
  | { readonly code: 'set-affinity-failed'; readonly cpu: number }
  /** A CPU stays online: its vectors find no room elsewhere. */
  | {
      readonly code: 'cannot-disable-cpu';
      readonly cpu: number;
      readonly allocated: number;
      readonly availableElsewhere: number;
    }
  /** A CPU goes offline, and the others have not as many vectors as were promised. */
  | { readonly code: 'reserved-exceeds-available'; readonly reserved: number; readonly available: number };

/** Those of one operation and of the next. Most send nothing, so lists are shared rather than copied. */
export function bothEffects(first: readonly Effect[], second: readonly Effect[]): readonly Effect[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : first.concat(second);
}

/** The effect with its LPIs moved up by `shift`. */
export function shifted(effect: Effect, shift: number): Effect {
  if (effect.does === 'mapd') return { ...effect, lpiBase: effect.lpiBase + shift };
  return effect.does === 'mapti' ? { ...effect, lpi: effect.lpi + shift } : effect;
}

/** The effects with neighbours merged whose numbers go on rising by one, as if they were one command for many events. */
export function mergeEffects(effects: readonly Effect[]): Effect[] {
  const merged: Effect[] = [];
  for (const effect of effects) {
    const last = merged[merged.length - 1];
    const joined = last === undefined ? undefined : join(last, effect);
    if (joined === undefined) merged.push(effect);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

function join(a: Effect, b: Effect): Effect | undefined {
  if (a.does === 'discard' && b.does === 'discard') {
    const rises = a.deviceId === b.deviceId && a.eventId + a.count === b.eventId;
    return rises ? { ...a, count: a.count + b.count } : undefined;
  }
  if (a.does === 'entries-written' && b.does === 'entries-written') {
    const rises = a.fn === b.fn && a.holds === b.holds && a.first + a.count === b.first;
    return rises ? { ...a, count: a.count + b.count } : undefined;
  }
  if (isOfVectors(a) && isOfVectors(b)) {
    const rises = a.does === b.does && a.fn === b.fn && a.index + a.targets.length === b.index;
    return rises ? { ...a, targets: [...a.targets, ...b.targets] } : undefined;
  }
  if (a.does === 'mapti' && b.does === 'mapti') {
    const rises = a.deviceId === b.deviceId && a.eventId + a.count === b.eventId && a.lpi + a.count === b.lpi;
    return rises ? { ...a, count: a.count + b.count, collections: [...a.collections, ...b.collections] } : undefined;
  }
  return undefined;
}

const isOfVectors = (
  effect: Effect,
): effect is Extract<Effect, { readonly does: 'vectors-taken' | 'vectors-returned' }> =>
  effect.does === 'vectors-taken' || effect.does === 'vectors-returned';
