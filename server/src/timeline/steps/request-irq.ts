/** `request-irq`: the bound driver puts handlers on vectors it was granted, on one CPU if it says so. */
import { gaps, within } from '../../base/intervals.ts';
import type { EntrySpan, StepOf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { noted, type StepLog } from '../log.ts';
import { allocatedVectors, requestIrqs, setAffinity } from '../request-irq.ts';
import { functionState, type MachineState } from '../state.ts';
import { ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

/**
 * One request_irq after the other. EINVAL: the vector is not allocated; EBUSY: it has its handler already, and MSI is not shared;
 * ENOSPC: no CPU has room. Those before it keep their handlers.
 */
export function requestIrqOne({ vectors, cpu }: StepOf<'request-irq'>): OnFunction {
  return whenBound('request_irq', (before, fn, log) => {
    const own = functionState(before, fn);
    const name = nameOf(before, fn);
    const allocated = allocatedVectors(own);
    if (allocated.length === 0) {
      const message = `${name} has no vectors yet: pci_irq_vector returns -EINVAL, and request_irq with it. \`enable\` comes first`;
      return refuse(before, fn, message, log, 'EINVAL', 'lifecycle-request-before-alloc');
    }
    const missing = gaps(allocated, vectors.first, vectors.last)[0]?.first ?? vectors.last + 1;
    const taken = within(own.handlers, vectors.first, vectors.last)[0]?.first ?? vectors.last + 1;
    const end = Math.min(missing, taken) - 1;
    let state = before;
    if (end >= vectors.first) {
      const span = { first: vectors.first, last: end };
      const placed = cpu === undefined ? { state, isDone: true } : place(state, fn, span, cpu, log);
      if (!placed.isDone) return placed.state;
      const handled = requestIrqs(placed.state, fn, span.first, span.last);
      state = noted(log, handled);
      if (handled.errno !== undefined) return ended(state, fn, handled.errno);
    }
    if (end === vectors.last) return ended(state, fn, undefined);
    if (missing < taken) {
      const message = `${name} has no vector ${missing}: pci_irq_vector returns -EINVAL, and request_irq with it`;
      return refuse(state, fn, message, log, 'EINVAL', 'lifecycle-request-before-alloc');
    }
    const message = `Vector ${taken} of ${name} has its handler already: without IRQF_SHARED request_irq returns -EBUSY`;
    return refuse(state, fn, message, log, 'EBUSY');
  });
}

/** irq_set_affinity of each, before the handler goes on: it then starts on that CPU. */
function place(
  before: MachineState,
  fn: FunctionIndex,
  { first, last }: EntrySpan,
  cpu: number,
  log: StepLog,
): { readonly state: MachineState; readonly isDone: boolean } {
  let state = before;
  if (functionState(before, fn).mode === 'intx') return { state, isDone: true };
  for (let vector = first; vector <= last; vector++) {
    const moved = setAffinity(state, fn, vector, [cpu]);
    state = noted(log, moved);
    if (moved.errno === undefined) continue;
    const name = nameOf(state, fn);
    const message =
      moved.errno === 'EIO'
        ? `Vector ${vector} of ${name} is managed: the kernel chooses its CPU, and a write of its affinity returns -EIO`
        : `Vector ${vector} of ${name} cannot go to cpu[${cpu}]: -${moved.errno}`;
    return { state: refuse(state, fn, message, log, moved.errno), isDone: false };
  }
  return { state, isDone: true };
}
