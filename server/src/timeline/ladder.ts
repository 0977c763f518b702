/** Calls of one plan: the rungs of a ladder, and how many vectors its driver could have had. */
import type { Request } from '../model/machine.ts';
import { affinityVectors } from './affinity.ts';
import type { Call } from './run.ts';

/** Where the calls end that belong together: the rungs of one call of one function's plan. */
export function endOfLadder(calls: readonly Call[], from: number): number {
  const head = calls[from];
  let to = from + 1;
  for (let call = calls[to]; head && call; call = calls[to]) {
    if (head.fn !== call.fn || head.call !== call.call || head.by !== call.by) break;
    to += 1;
  }
  return to;
}

/**
 * Vectors that a call could have: its maximum, as far as the function offers so many. Managed vectors are never more than
 * there are CPUs to spread them over.
 */
export function wantedBy(
  { mode, min, max, affinity, pre, post, sets }: Request,
  { msi, msix }: { readonly msi: number; readonly msix: number },
  possibleCpus: number,
): number {
  const most = Math.min(max, mode === 'msix' ? msix : mode === 'msi' ? msi : 1);
  return affinity === 'managed' ? affinityVectors({ pre, post, sets }, possibleCpus, min, most) : most;
}

/** Messages that a ladder ended with; 0 for INTx and for a failure. */
export const messagesOf = ({ mode, granted }: Call): number => (mode === 'msi' || mode === 'msix' ? granted : 0);
