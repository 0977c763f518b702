/**
 * CPUs that go offline and come back (irq_migrate_all_off_this_cpu, irq_affinity_online_cpu, kernel/irq/cpuhotplug.c;
 * its_set_affinity, irq-gic-v3-its.c; by reading of 6.1, 6.12 and 7.2).
 */
import { has, remove } from '../../base/intervals.ts';
import { done, type Outcome, type Requester, type VectorRun } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { moveLpi, onlineOf, removeLpis, waits } from './collections.ts';
import { withDevice } from './itt.ts';
import type { ItsState } from './state.ts';

/** LPIs go to the CPUs that are online from now on. */
export function setOnline(state: ItsState, cpu: number, isOnline: boolean): Outcome<ItsState, undefined> {
  const { load } = state;
  if (load === undefined) return done(state, undefined);
  const others = onlineOf(load, undefined).filter((other) => other !== cpu);
  const online = isOnline ? [...others, cpu].sort((a, b) => a - b) : others;
  return done({ ...state, load: { ...load, online } }, undefined);
}

/** Vectors with handlers leave a CPU that is offline now: MOVI to another; managed ones with no other are shut down, DISCARD. */
export function leave(
  state: ItsState,
  requester: Requester,
  run: VectorRun,
  cpu: number,
): Outcome<ItsState, readonly VectorRun[]> {
  const device = state.devices[requester.its]?.get(requester.deviceId);
  let { load } = state;
  if (load === undefined || device === undefined || run.cpus?.includes(cpu) !== true) return done(state, [run]);
  const { deviceId } = device;
  const cpus = run.cpus.slice();
  const effects: Effect[] = [];
  let { mapped } = device;
  for (let i = 0; i < run.count; i++) {
    const eventId = run.data + i;
    if (cpus[i] !== cpu || !has(mapped, eventId)) continue;
    if (run.managed && waits(load, run.mask)) {
      load = removeLpis(load, [cpu], true);
      mapped = remove(mapped, eventId, eventId);
      effects.push({ does: 'discard', deviceId, eventId, count: 1 });
      continue;
    }
    const moved = moveLpi(load, cpu, run.mask, run.managed);
    load = moved.load;
    cpus[i] = moved.cpu;
    effects.push({ does: 'movi', deviceId, eventId, collection: moved.cpu });
  }
  return done(withDevice({ ...state, load }, requester.its, { ...device, mapped }), [{ ...run, cpus }], effects);
}
