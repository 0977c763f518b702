/**
 * What x86 does at its hardware: vectors that interrupts get and give back, entries of interrupt remapping tables that are written.
 * One effect tells of a whole stretch of a function's vectors, so that a boot of thousands stays cheap.
 */
import type { VectorRun } from '../controller.ts';
import type { Effect, VectorTarget } from '../effect.ts';
import type { X86State } from './state.ts';

type Vectors = Extract<Effect, { readonly does: 'vectors-taken' | 'vectors-returned' }>;

/**
 * Adds that vectors of a run were taken or given back, and what that writes into their entries: the vector, or nothing.
 * @param targets by offset in the run; undefined where nothing happened
 */
export function addVectors(
  effects: Effect[],
  does: Vectors['does'],
  { remapping }: Pick<X86State, 'remapping'>,
  fn: number,
  run: VectorRun,
  targets: readonly (VectorTarget | undefined)[],
): void {
  for (let from = 0; from < targets.length; ) {
    if (targets[from] === undefined) {
      from++;
      continue;
    }
    const stretch: VectorTarget[] = [];
    for (let target = targets[from]; target !== undefined; target = targets[from + stretch.length])
      stretch.push(target);
    effects.push({ does, fn, index: run.index + from, targets: stretch });
    if (remapping !== undefined) {
      const holds = does === 'vectors-taken' ? 'vector' : 'nothing';
      effects.push({ does: 'entries-written', fn, first: run.data + from, count: stretch.length, holds });
    }
    from += stretch.length;
  }
}

/** Adds that the entries of new interrupts were written, with a vector that stands for none yet. */
export function addNewEntries(
  effects: Effect[],
  { remapping }: Pick<X86State, 'remapping'>,
  fn: number,
  runs: readonly VectorRun[],
): void {
  if (remapping === undefined) return;
  for (const { data: first, count } of runs) {
    effects.push({ does: 'entries-written', fn, first, count, holds: 'placeholder' });
  }
}
