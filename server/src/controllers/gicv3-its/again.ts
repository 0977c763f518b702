/**
 * Taking over what an earlier run gave a function. A table of its own is as large as before, and its events are the same ones,
 * whatever others have got meanwhile; only its LPIs are where the pool has room for them now.
 */
import { firstFit, remove } from '../../base/intervals.ts';
import { sameItems } from '../../base/same.ts';
import type { Earlier, Requester, TakenOver } from '../controller.ts';
import type { Effect } from '../effect.ts';
import type { CpuLoad } from './collections.ts';
import { withDevice } from './itt.ts';
import type { ItsState } from './state.ts';

/** Undefined where the earlier run had a shared table or not all LPIs it asked for, or where the CPUs' loads differ now. */
export function takeOver(
  state: ItsState,
  { before, after, end, effects }: Earlier<ItsState>,
  { fn, its, deviceId }: Requester,
): TakenOver<ItsState> | undefined {
  const device = end.devices[its]?.get(deviceId);
  if (device === undefined || device.shared || device.createdBy !== fn) return undefined;
  if (state.devices[its]?.has(deviceId) !== false || !sameLoad(state.load, before.load)) return undefined;
  const { lpiBase, lpiCount } = device;
  if (!effects.every((effect) => fits(effect, lpiBase, lpiCount))) return undefined;
  const base = firstFit(state.lpis, lpiCount);
  if (base === undefined) return undefined;
  const lpis = remove(state.lpis, base, base + lpiCount - 1);
  const moved = base === lpiBase ? device : { ...device, lpiBase: base };
  return { state: withDevice({ ...state, lpis, load: after.load }, its, moved), shift: base - lpiBase };
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
