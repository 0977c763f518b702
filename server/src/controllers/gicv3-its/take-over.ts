/**
 * Taking over what an earlier run gave a function. A table of its own is as large as before, and its events are the same ones,
 * whatever others have got meanwhile; only its LPIs are where the pool has room for them now.
 */
import { firstFit, interval, remove } from '../../base/intervals.ts';
import { sameItems } from '../../base/same.ts';
import type { EarlierService, TakeOver } from '../controller.ts';
import type { Effect } from '../effect.ts';
import type { CpuLoad } from './collections.ts';
import type { LpiPool } from './lpi-pool.ts';
import type { ItsState } from './state.ts';

/**
 * From a state on, with the tables as they were when the earlier run was over. What had a shared table, or not all the LPIs
 * it asked for, must be served; and so must all from the moment on where the CPUs' loads differ.
 */
export function takeOver(state: ItsState, end: ItsState): TakeOver<ItsState> {
  let { load } = state;
  const pool = openPool(state.lpis);
  const devices = state.devices.slice();
  function take({ requester, before, after, effects, shift }: EarlierService<ItsState>): number | undefined {
    const { fn, its, deviceId } = requester;
    const device = end.devices[its]?.get(deviceId);
    const table = devices[its];
    if (device === undefined || device.shared || device.createdBy !== fn) return undefined;
    if (table === undefined || table.has(deviceId) || !sameLoad(load, before.load)) return undefined;

    const { lpiBase, lpiCount } = device;
    for (const effect of effects) if (!fits(effect, lpiBase - shift, lpiCount)) return undefined;
    const base = pool.take(lpiCount);
    if (base === undefined) return undefined;
    load = after.load;
    devices[its] = table.set(deviceId, base === lpiBase ? device : { ...device, lpiBase: base });
    return base - lpiBase;
  }
  return { take, state: () => ({ ...state, lpis: pool.left(), load, devices }) };
}

/** First fit over and over. While nothing was ever given back the pool is one run, and the next LPIs are its first ones. */
function openPool(before: LpiPool): { take(count: number): number | undefined; left(): LpiPool } {
  const [only, other] = before;
  if (only === undefined || other !== undefined) {
    let lpis = before;
    const take = (count: number) => {
      const base = firstFit(lpis, count);
      if (base !== undefined) lpis = remove(lpis, base, base + count - 1);
      return base;
    };
    return { take, left: () => lpis };
  }
  let next = only.first;
  const take = (count: number) => {
    if (next + count - 1 > only.last) return undefined;
    next += count;
    return next - count;
  };
  return { take, left: () => interval(next, only.last) };
}

/** Whether every table the function had meanwhile lay where its last one lies, with all the LPIs it asked for. */
function fits(effect: Effect, lpiBase: number, lpiCount: number): boolean {
  if (effect.does === 'no-lpis') return false;
  if (effect.does !== 'mapd') return true;
  return effect.lpiBase === lpiBase && effect.lpiCount === lpiCount && effect.lpisRequested === lpiCount;
}

function sameLoad(a: CpuLoad | undefined, b: CpuLoad | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return sameItems(a.managed, b.managed) && sameItems(a.unmanaged, b.unmanaged);
}
