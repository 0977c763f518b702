/**
 * What if a block of MSI messages were freed as it was allocated: in one piece. The idea of the patches of 2021 to 2023 with a
 * flag IRQ_DOMAIN_FREE_BULK, by which irq_domain_free_irqs_hierarchy would call a domain's free once for all interrupts of
 * a descriptor. No kernel has it: 6.1, 6.12 and 7.2 free one by one, and what the block was rounded up by stays taken.
 */
import { remove } from '../../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../../base/powers.ts';
import type { Demand, InterruptController, Outcome, Requester, VectorRun } from '../../controller.ts';
import { gicv3Its } from '../index.ts';
import type { ItsState } from '../state.ts';
import { ownRegion, regionsOf, tableOf, withoutOwnRegion, withRegions, withUsed } from './regions.ts';

export const bulkFreed: InterruptController<ItsState> = { ...gicv3Its, allocate, free };

/** As Linux does it; the block is remembered. */
function allocate(state: ItsState, demand: Demand, limit: number): Outcome<ItsState, readonly VectorRun[]> {
  const outcome = gicv3Its.allocate(state, demand, limit);
  const { requester, mode, vectors } = demand;
  if (!outcome.result.ok || mode !== 'msi' || vectors < 2) return outcome;
  const [run] = outcome.result.value;
  if (run === undefined) return outcome;
  const block = { fn: requester.fn, first: run.data, length: roundUpToPowerOfTwo(vectors) };
  const regions = [...regionsOf(outcome.state, requester).filter(({ fn }) => fn !== requester.fn), block];
  return { ...outcome, state: withRegions(outcome.state, requester, regions) };
}

/** its_irq_domain_free would be called with the number of interrupts, and release a region of that order. */
function free(state: ItsState, requester: Requester, runs: readonly VectorRun[]): Outcome<ItsState, undefined> {
  const block = ownRegion(state, requester);
  const device = tableOf(state, requester);
  if (block === undefined || device === undefined) return gicv3Its.free(state, requester, runs);
  const freed = runs.reduce((sum, { count }) => sum + count, 0);
  const rest = remove(device.used, block.first + freed, block.first + block.length - 1);
  return gicv3Its.free(withoutOwnRegion(withUsed(state, requester, rest), requester), requester, runs);
}
