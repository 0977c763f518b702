/** What the kernel logs, as effects. */
import type { Effect } from '../effect.ts';
import { availableVectors, type Matrix } from './matrix.ts';

/** Why a call ends with ENOSPC. */
export const noVector = 'no CPU has a vector left';

/** irq_matrix_reserve: the promises, now in the matrix, have passed what is left. */
export function exceedsAvailable(matrix: Matrix): Effect {
  const available = availableVectors(matrix);
  return { does: 'warn', warning: { code: 'reservation-exceeds-available', reserved: matrix.reserved, available } };
}

/** An interrupt is outside its mask. */
export const affinityBroken: Effect = { does: 'warn', warning: { code: 'affinity-broken' } };

/** A remapping table had no entry left. */
export const noEntry: Effect = { does: 'warn', warning: { code: 'no-irte' } };
