/** MSI-X entries added and taken away one by one: pci_msix_alloc_irq_at, pci_msix_free_irq (drivers/pci/msi/api.c; from 6.2). */
import { remove } from '../base/intervals.ts';
import type { Failure } from '../base/result.ts';
import type { VectorRun } from '../controllers/controller.ts';
import type { Version } from '../model/machine.ts';
import { compareVersions } from '../model/versions.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { applyController, controllerSupports } from './apply.ts';
import type { Change } from './free.ts';
import { cut, type Handled } from './request-irq.ts';
import { neighboursOf, resolveRequester } from './requester.ts';
import { changeFunction, countVectors, functionState, irqNumberLimit, type MachineState } from './state.ts';

/** The first kernel with pci_msix_alloc_irq_at. */
export const FIRST_DYNAMIC_MSIX: Version = { major: 6, minor: 2 };

/** pci_msix_can_alloc_dyn: an MSI-X capability, and a controller whose domains support it. Not in 6.1, which has no such call. */
export function canAllocateAt(state: MachineState, fn: FunctionIndex): boolean {
  const { topology } = state;
  const requester = resolveRequester(state, fn);
  const table = topology.functions[fn]?.node.capabilities.msix ?? 0;
  if (compareVersions(topology.machine.os, FIRST_DYNAMIC_MSIX) < 0 || table === 0 || !requester.ok) return false;
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
  const added = allocateEntries(state, fn, chosen, chosen);
  return { ...added, index: added.errno === undefined ? chosen : undefined };
}

/**
 * Adds the entries `first`..`last`, none of which is there, to an enabled MSI-X, each with a call of its own. ENOSPC: the controller
 * has no more vectors; the entries before stay.
 */
export function allocateEntries(state: MachineState, fn: FunctionIndex, first: number, last: number): Handled {
  const own = functionState(state, fn);
  const { requester } = own;
  if (requester === undefined) return { state, effects: [], errno: 'ENOTSUPP' };
  const vectors = last - first + 1;
  const demand = {
    requester,
    mode: 'msix',
    vectors,
    capability: state.topology.functions[fn]?.node.capabilities.msix ?? 0,
    entries: Array.from({ length: vectors }, (_, i) => first + i),
    managed: undefined,
    maskable: true,
    neighbours: () => neighboursOf(state, fn),
  } as const;
  const limit = irqNumberLimit(state.topology.machine) - state.irqNumbersUsed;
  const outcome = applyController(state, requester.controller, (implementation, controller) =>
    implementation.allocate(controller, demand, limit),
  );
  const { effects, result } = outcome;
  if (!result.ok) return { state: outcome.state, effects, errno: result.errno };
  const granted = countVectors(result.value);
  const errno = granted < vectors ? 'ENOSPC' : undefined;
  if (granted === 0) return { state: outcome.state, effects, errno };
  const irqNumbersUsed = outcome.state.irqNumbersUsed + granted;
  const next = changeFunction({ ...outcome.state, irqNumbersUsed }, fn, { vectors: [...own.vectors, ...result.value] });
  return { state: next, effects, errno };
}

/** Takes an entry away, with its handler if it has one. EINVAL: it is not allocated. */
export function freeAt(
  state: MachineState,
  fn: FunctionIndex,
  index: number,
): Change & { readonly errno: Failure | undefined } {
  const own = functionState(state, fn);
  const at = own.vectors.findIndex((run) => holds([run], index));
  const run = own.vectors[at];
  const { requester } = own;
  if (run === undefined || requester === undefined || !canAllocateAt(state, fn)) {
    return { state, effects: [], errno: 'EINVAL' };
  }
  const outcome = applyController(state, requester.controller, (implementation, controller) =>
    implementation.free(controller, requester, [cut(run, index, index)]),
  );
  const last = run.index + run.count - 1;
  const rest: VectorRun[] = [];
  if (index > run.index) rest.push(cut(run, run.index, index - 1));
  if (index < last) rest.push(cut(run, index + 1, last));
  const vectors = own.vectors.toSpliced(at, 1, ...rest);
  const handlers = remove(own.handlers, index, index);
  const irqNumbersUsed = outcome.state.irqNumbersUsed - 1;
  const next = changeFunction({ ...outcome.state, irqNumbersUsed }, fn, { vectors, handlers });
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
