/**
 * What if an allocation had four phases, as was proposed when the leak was discussed (2021 to 2023): reserve a region of a power
 * of two, large enough for what the function may need; allocate single events in it; free single ones; release the region. The
 * rest of the region stays free for as long as it is reserved, so that hardware that sends one interrupt too many hits nobody
 * else. Linux 7.2 has the phases (msi_prepare, alloc, free, msi_teardown), with the whole table in place of the region.
 *
 * Tables are as large as Linux makes them. Below a bridge that is the sum of what stands there, so regions, each rounded up, may
 * find no room where single events would.
 */
import { add, type Intervals, remove } from '../../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../../base/powers.ts';
import {
  type Demand,
  done,
  type InterruptController,
  type Outcome,
  type Requester,
  refuse,
  type VectorRun,
} from '../../controller.ts';
import { gicv3Its } from '../index.ts';
import { ittSize } from '../prepare.ts';
import type { ItsState } from '../state.ts';
import {
  freeRegion,
  ownRegion,
  type Region,
  regionsOf,
  tableOf,
  withoutOwnRegion,
  withRegions,
  withUsed,
} from './regions.ts';

export const fourPhased: InterruptController<ItsState> = { ...gicv3Its, prepare, allocate, free, teardown };

/** Phase 1: the table, then a region of it; smaller than wanted where there is no larger one. */
function prepare(state: ItsState, demand: Demand): Outcome<ItsState, number> {
  const { requester } = demand;
  const prepared = gicv3Its.prepare(state, demand);
  const device = tableOf(prepared.state, requester);
  const its = state.gic.itses[requester.its];
  if (!prepared.result.ok || device === undefined || its === undefined) return prepared;
  const own = ownRegion(prepared.state, requester);
  if (own !== undefined) return { ...prepared, result: { ok: true, value: Math.min(demand.vectors, own.length) } };
  const taken = reserved(device.used, regionsOf(prepared.state, requester));
  const wanted = roundUpToPowerOfTwo(ittSize(state.rules, its, demand).counted);
  for (let length = wanted; length >= 1; length /= 2) {
    const first = freeRegion(taken, device.lpiCount, length);
    if (first === undefined) continue;
    const regions = [...regionsOf(prepared.state, requester), { fn: requester.fn, first, length }];
    return {
      ...prepared,
      state: withRegions(prepared.state, requester, regions),
      result: { ok: true, value: Math.min(demand.vectors, length) },
    };
  }
  return refuse(prepared.state, 'ENOSPC', 'no region is left in the table', prepared.effects);
}

/** Phase 2: the lowest free events of the region; of several MSI messages the first ones, as many as there are. */
function allocate(state: ItsState, demand: Demand, limit: number): Outcome<ItsState, readonly VectorRun[]> {
  const { requester } = demand;
  const device = tableOf(state, requester);
  const region = ownRegion(state, requester);
  if (device === undefined || region === undefined) return refuse(state, 'ENOSPC', 'no region is reserved');
  const end = region.first + region.length;
  const outside = add(add(device.used, 0, region.first - 1), end, device.lpiCount - 1);
  const outcome = gicv3Its.allocate(withUsed(state, requester, outside), demand, limit);
  const runs = outcome.result.ok ? outcome.result.value : [];
  let { used } = device;
  for (const { data, count } of runs) used = add(used, data, data + count - 1);
  return { ...outcome, state: withUsed(outcome.state, requester, used) };
}

/** Phase 3. Kernels without a teardown of their own have phase 4 at the end of it, when all of a function's vectors go. */
function free(state: ItsState, requester: Requester, runs: readonly VectorRun[]): Outcome<ItsState, undefined> {
  const freed = gicv3Its.free(state, requester, runs);
  return state.rules === '7.2' ? freed : { ...freed, state: withoutOwnRegion(freed.state, requester) };
}

/** Phase 4, as of 7.2: the region goes with the function's domain. */
function teardown(state: ItsState, requester: Requester): Outcome<ItsState, undefined> {
  if (state.rules !== '7.2') return done(state, undefined);
  const region = ownRegion(state, requester);
  const device = tableOf(state, requester);
  if (region === undefined || device === undefined) return gicv3Its.teardown(state, requester);
  const rest = remove(device.used, region.first, region.first + region.length - 1);
  return gicv3Its.teardown(withoutOwnRegion(withUsed(state, requester, rest), requester), requester);
}

/** Events that are taken, or kept for some function. */
function reserved(used: Intervals, regions: readonly Region[]): Intervals {
  let all = used;
  for (const { first, length } of regions) all = add(all, first, first + length - 1);
  return all;
}
