/**
 * vfio-pci on the host: VFIO_DEVICE_SET_IRQS for MSI-X, MSI and INTx (drivers/vfio/pci/vfio_pci_intrs.c; 6.1, 6.12, 7.2).
 * Interrupts are never freed one by one: only disabling the index frees them, all at once.
 */
import { gaps, type Intervals, size, within } from '../../base/intervals.ts';
import { noEffects } from '../../controllers/controller.ts';
import { bothEffects, type Effect } from '../../controllers/effect.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { allocateVectors } from '../allocate.ts';
import { allocateEntries } from '../dynamic.ts';
import { type Change, freeVectors } from '../free.ts';
import { allocatedVectors, type Handled, releaseHandlers, releaseIrqs, requestIrqs } from '../request-irq.ts';
import { functionState, type MachineState } from '../state.ts';

/**
 * SET_IRQS on an idle index: vfio_msi_enable for entries 0..`count`-1, then handlers for those of them that are `wanted`. When
 * anything is missing all is given back. `offered`: so many vectors could be had at allocation; `handled`: so many got a handler.
 */
export function enableIndex(
  state: MachineState,
  fn: FunctionIndex,
  mode: 'msix' | 'msi' | 'intx',
  count: number,
  wanted: Intervals,
): Handled & { readonly offered: number; readonly handled: number } {
  const allocation = allocateVectors(state, fn, { modes: [mode], min: 1, max: count });
  const { granted } = allocation;
  if (allocation.errno !== undefined) return { ...allocation, offered: 0, handled: 0 };
  if (granted < count) {
    const freed = freeVectors(allocation.state, fn);
    return { ...after(allocation.effects, freed), errno: 'ENOSPC', offered: granted, handled: 0 };
  }
  let current: Change = { state: allocation.state, effects: allocation.effects };
  for (const { first, last } of wanted) {
    const handled = requestIrqs(current.state, fn, first, last);
    current = after(current.effects, handled);
    if (handled.errno === undefined) continue;
    const had = size(functionState(current.state, fn).handlers);
    const disabled = after(current.effects, disableIndex(current.state, fn));
    return { ...disabled, errno: handled.errno, offered: granted, handled: had };
  }
  return { ...current, errno: undefined, offered: granted, handled: size(wanted) };
}

/** vfio_msi_disable, vfio_intx_disable: all handlers and all interrupts go. */
export function disableIndex(state: MachineState, fn: FunctionIndex): Change {
  const released = releaseHandlers(state, fn);
  return after(released.effects, freeVectors(released.state, fn));
}

/**
 * SET_IRQS for each of the entries `first`..`last` of an enabled index, one after the other: a handler that is there is freed, an
 * interrupt that is not there is allocated if `dynamic`, and a handler requested (vfio_msi_set_vector_signal). What was allocated
 * for an entry whose handler fails stays. The errno is the first failure's.
 */
export function setEntries(
  state: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  dynamic: boolean,
): Handled {
  const { handlers } = functionState(state, fn);
  let current: Handled = { state, effects: noEffects, errno: undefined };
  let next = first;
  for (const handled of within(handlers, first, last)) {
    current = alongWith(current, addHandlers(current.state, fn, next, handled.first - 1, dynamic));
    for (let entry = handled.first; entry <= handled.last; entry++) {
      const released = releaseIrqs(current.state, fn, entry, entry);
      current = alongWith(current, { ...released, errno: undefined });
      current = alongWith(current, requestIrqs(current.state, fn, entry, entry));
    }
    next = handled.last + 1;
  }
  return alongWith(current, addHandlers(current.state, fn, next, last, dynamic));
}

/** Handlers on entries that have none. All at once: when one finds no room, neither do those after it. */
function addHandlers(state: MachineState, fn: FunctionIndex, first: number, last: number, dynamic: boolean): Handled {
  let current: Handled = { state, effects: noEffects, errno: undefined };
  if (last < first) return current;
  const allocated = () => allocatedVectors(functionState(current.state, fn));
  if (dynamic) {
    for (const missing of gaps(allocated(), first, last)) {
      current = alongWith(current, allocateEntries(current.state, fn, missing.first, missing.last));
    }
  }
  // pci_irq_vector has none for the others.
  const errno = gaps(allocated(), first, last).length === 0 ? undefined : 'EINVAL';
  current = { ...current, errno: current.errno ?? errno };
  for (const part of within(allocated(), first, last)) {
    current = alongWith(current, requestIrqs(current.state, fn, part.first, part.last));
  }
  return current;
}

const alongWith = (before: Handled, next: Handled): Handled => ({
  state: next.state,
  effects: bothEffects(before.effects, next.effects),
  errno: before.errno ?? next.errno,
});

const after = (before: readonly Effect[] = noEffects, { state, effects }: Change): Change => ({
  state,
  effects: bothEffects(before, effects),
});
