/** MSI-X entries added and taken away one by one: pci_msix_alloc_irq_at, pci_msix_free_irq (drivers/pci/msi/api.c; from 6.2). */
import type { Failure } from '../base/result.ts';
import type { VectorRun } from '../controllers/controller.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { applyController, controllerSupports } from './apply.ts';
import type { Change } from './free.ts';
import { neighboursOf, resolveRequester } from './requester.ts';
import { changeFunction, functionState, irqNumberLimit, type MachineState } from './state.ts';

/** pci_msix_can_alloc_dyn: an MSI-X capability, and a controller whose domains support it. Not in 6.1, which has no such call. */
export function canAllocateAt(state: MachineState, fn: FunctionIndex): boolean {
  const { topology } = state;
  const requester = resolveRequester(state, fn);
  const table = topology.functions[fn]?.node.capabilities.msix ?? 0;
  if (topology.machine.rules === '6.1' || table === 0 || !requester.ok) return false;
  return controllerSupports(state, requester.value.controller).dynamicMsix;
}

/**
 * Adds the entry `index`, or the lowest free one. ENOTSUPP: MSI-X is off or the controller cannot; EBUSY: taken; ERANGE: past
 * the table; ENOSPC: the controller has no vector.
 */
export function allocateAt(
  state: MachineState,
  fn: FunctionIndex,
  index: number | 'any',
): Change & { readonly index: number | undefined; readonly errno: Failure | undefined } {
  const own = functionState(state, fn);
  const refused = (errno: Failure) => ({ state, effects: [], index: undefined, errno });
  const { requester } = own;
  if (own.mode !== 'msix' || requester === undefined || !canAllocateAt(state, fn)) return refused('ENOTSUPP');
  const capability = state.topology.functions[fn]?.node.capabilities.msix ?? 0;
  const chosen = index === 'any' ? lowestFree(own.vectors) : index;
  if (holds(own.vectors, chosen)) return refused('EBUSY');
  if (chosen >= capability) return refused(index === 'any' ? 'EBUSY' : 'ERANGE');
  const demand = {
    requester,
    mode: 'msix',
    vectors: 1,
    capability,
    entries: [chosen],
    managed: undefined,
    maskable: true,
    neighbours: () => neighboursOf(state, fn),
  } as const;
  const limit = irqNumberLimit(state.topology.machine) - state.irqNumbersUsed;
  const outcome = applyController(state, requester.controller, (implementation, controller) =>
    implementation.allocate(controller, demand, limit),
  );
  if (!outcome.result.ok) return { ...refused(outcome.result.errno), state: outcome.state, effects: outcome.effects };
  const runs = outcome.result.value;
  if (runs.length === 0) return { ...refused('ENOSPC'), state: outcome.state, effects: outcome.effects };
  const vectors = [...own.vectors, ...runs];
  const irqNumbersUsed = outcome.state.irqNumbersUsed + 1;
  const next = changeFunction({ ...outcome.state, irqNumbersUsed }, fn, { vectors });
  return { state: next, effects: outcome.effects, index: chosen, errno: undefined };
}

/** Takes away an entry that was added alone. EINVAL: there is no such entry. */
export function freeAt(
  state: MachineState,
  fn: FunctionIndex,
  index: number,
): Change & { readonly errno: Failure | undefined } {
  const own = functionState(state, fn);
  const run = own.vectors.find((vector) => vector.index === index && vector.count === 1);
  const { requester } = own;
  if (run === undefined || requester === undefined || !canAllocateAt(state, fn)) {
    return { state, effects: [], errno: 'EINVAL' };
  }
  const outcome = applyController(state, requester.controller, (implementation, controller) =>
    implementation.free(controller, requester, [run]),
  );
  const vectors = own.vectors.filter((vector) => vector !== run);
  const irqNumbersUsed = outcome.state.irqNumbersUsed - 1;
  const next = changeFunction({ ...outcome.state, irqNumbersUsed }, fn, { vectors });
  return { state: next, effects: outcome.effects, errno: undefined };
}

function holds(runs: readonly VectorRun[], index: number): boolean {
  return runs.some((run) => index >= run.index && index < run.index + run.count);
}

function lowestFree(runs: readonly VectorRun[]): number {
  let index = 0;
  for (const run of [...runs].sort((a, b) => a.index - b.index)) {
    if (run.index > index) break;
    index = Math.max(index, run.index + run.count);
  }
  return index;
}
