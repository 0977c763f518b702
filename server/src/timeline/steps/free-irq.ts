/** `free-irq`: the bound driver takes handlers off again; the vectors stay allocated. */
import { gaps } from '../../base/intervals.ts';
import type { StepOf } from '../../model/machine.ts';
import { noted } from '../log.ts';
import { releaseIrqs } from '../request-irq.ts';
import { functionState } from '../state.ts';
import { ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

/** free_irq on each vector. One without a handler: a warning in the kernel's log, EINVAL here, and the others lose theirs. */
export function freeIrqOne({ vectors: { first, last } }: StepOf<'free-irq'>): OnFunction {
  return whenBound('free_irq', (before, fn, log) => {
    const bare = gaps(functionState(before, fn).handlers, first, last)[0];
    const state = noted(log, releaseIrqs(before, fn, first, last));
    if (bare === undefined) return ended(state, fn, undefined);
    const message = `Vector ${bare.first} of ${nameOf(before, fn)} has no handler: the kernel warns "Trying to free already-free IRQ"`;
    return refuse(state, fn, message, log, 'EINVAL');
  });
}
