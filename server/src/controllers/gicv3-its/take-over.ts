/**
 * Taking over what an earlier run gave a function. A table of its own is as large as before, and its events are the same ones,
 * whatever others have got meanwhile; only its LPIs are where the pool has room for them now.
 */
import { firstFit, remove } from '../../base/intervals.ts';
import { sameItems } from '../../base/same.ts';
import type { EarlierService, TakeOver } from '../controller.ts';
import type { Effect } from '../effect.ts';
import type { CpuLoad } from './collections.ts';
import type { ItsState } from './state.ts';

/**
 * From a state on, with the tables as they were when the earlier run was over. What had a shared table, or not all the LPIs
 * it asked for, must be served; and so must all from the moment on where the CPUs' loads differ.
 */
export function takeOver(state: ItsState, end: ItsState): TakeOver<ItsState> {
  let { lpis, load } = state;
  const devices = state.devices.slice();
  function take({ requester, before, after, effects, shift }: EarlierService<ItsState>): number | undefined {
    const { fn, its, deviceId } = requester;
    const device = end.devices[its]?.get(deviceId);
    const table = devices[its];
    if (device === undefined || device.shared || device.createdBy !== fn) return undefined;
    if (table === undefined || table.has(deviceId) || !sameLoad(load, before.load)) return undefined;
    const { lpiBase, lpiCount } = device;
    for (const effect of effects) if (!fits(effect, lpiBase - shift, lpiCount)) return undefined;
    const base = firstFit(lpis, lpiCount);
    if (base === undefined) return undefined;
    lpis = remove(lpis, base, base + lpiCount - 1);
    load = after.load;
    devices[its] = table.set(deviceId, base === lpiBase ? device : { ...device, lpiBase: base });
    return base - lpiBase;
  }
  return { take, state: () => ({ ...state, lpis, load, devices }) };
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
