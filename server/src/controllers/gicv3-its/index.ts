/**
 * GICv3 with ITSs: every DeviceID has a table of EventIDs, each event an LPI (irq-gic-v3-its.c in 6.1, 6.12 and 7.2). Where
 * the kernels differ, the state's rule set decides.
 */
import { IntMap } from '../../base/int-map.ts';
import { add, gaps, hasAll, noIntervals, remove, size, within } from '../../base/intervals.ts';
import type { Gicv3, Machine } from '../../model/machine.ts';
import {
  type CpuMask,
  type Demand,
  done,
  type InterruptController,
  noEffects,
  type Outcome,
  type Requester,
  refuse,
  type VectorRun,
} from '../controller.ts';
import { bothEffects, type Effect } from '../effect.ts';
import { type CpuLoad, moveLpi, noLoad, onlineOf, placeLpis, removeLpis, waits } from './collections.ts';
import { leave, setOnline } from './cpu-hotplug.ts';
import { freeEvents, takeBlock, takeSingles } from './event-map.ts';
import { freeDevice, withDevice } from './itt.ts';
import { freeLpis, initialLpiPool } from './lpi-pool.ts';
import { prepare } from './prepare.ts';
import { eventReasons } from './reasons.ts';
import type { ItsDevice, ItsState } from './state.ts';

export type { ItsDevice, ItsState } from './state.ts';
export { takeOver } from './take-over.ts';

/** A GIC at power on. One with the GICv4 proxy device holds a table for it, without LPIs, which nothing else can see. */
export function initialItsState(gic: Gicv3, machine: Machine): ItsState {
  const lpis = initialLpiPool(gic);
  return {
    type: 'gicv3',
    gic,
    rules: machine.rules,
    pageSizeBytes: machine.pageSizeBytes,
    lpis,
    lpisTotal: size(lpis),
    devices: gic.itses.map(() => IntMap.empty<ItsDevice>()),
    load: machine.possibleCpus > 1 ? noLoad(machine.possibleCpus, machine.cpus) : undefined,
  };
}

/** The table of a DeviceID; undefined while there is none. */
export function itsDevice(state: ItsState, its: number, deviceId: number): ItsDevice | undefined {
  return state.devices[its]?.get(deviceId);
}

export const gicv3Its: InterruptController<ItsState> = {
  supports: { multiMsi: true, dynamicMsix: false },
  prepare,
  teardown,
  allocate,
  free,
  request,
  release,
  setAffinity,
  cpus: {
    takeOffline: (state, cpu) => setOnline(state, cpu, false),
    bringOnline: (state, cpu) => setOnline(state, cpu, true),
    leave,
    // Those that were shut down are mapped again, and all choose anew, as at request_irq.
    join: (state, requester, run, cpu) =>
      run.managed && run.mask?.includes(cpu) ? request(state, requester, run) : done(state, [run]),
  },
  figures: (state) => {
    const lpisFree = freeLpis(state.lpis);
    return { lpis: state.lpisTotal - lpisFree, lpisFree };
  },
};

/**
 * its_msi_teardown (7.2): an unshared table goes with its function's domain. With events still in use, left behind by MSI
 * blocks that were no power of two, the kernel warns and keeps it. Up to 6.15 there is no such call.
 */
function teardown(state: ItsState, requester: Requester): Outcome<ItsState, undefined> {
  const device = itsDevice(state, requester.its, requester.deviceId);
  if (state.rules !== '7.2' || device === undefined || device.shared || device.used.length > 0) {
    return done(state, undefined);
  }
  const freed = freeDevice(state, requester.its, device);
  return done(freed.state, undefined, [freed.effect]);
}

/** its_irq_domain_alloc and its_irq_domain_activate: events, then MAPTI for each, as PCI domains activate early. */
function allocate(state: ItsState, demand: Demand, limit: number): Outcome<ItsState, readonly VectorRun[]> {
  const { its, deviceId } = demand.requester;
  const device = itsDevice(state, its, deviceId);
  if (device === undefined) return refuse(state, 'ENODEV', 'the DeviceID has no table');
  if (demand.mode === 'msi' && demand.vectors > 1) return allocateBlock(state, device, demand, limit);
  const { used, taken } = takeSingles(device.used, device.lpiCount, Math.min(demand.vectors, limit));
  const [first] = taken;
  if (first === undefined) return done(state, []);
  if (taken.length === 1 && demand.entries === undefined && demand.managed === undefined) {
    const count = first.last - first.first + 1;
    return activate(state, device, used, demand, [{ position: 0, event: first.first, count }]);
  }
  const pieces: Piece[] = [];
  let position = 0;
  for (const { first, last } of taken) {
    for (const [at, count] of positionRuns(demand, position, last - first + 1)) {
      pieces.push({ position: at, event: first + at - position, count });
    }
    position += last - first + 1;
  }
  return activate(state, device, used, demand, pieces);
}

function allocateBlock(
  state: ItsState,
  device: ItsDevice,
  demand: Demand,
  limit: number,
): Outcome<ItsState, readonly VectorRun[]> {
  const block = demand.vectors > limit ? undefined : takeBlock(device.used, device.lpiCount, demand.vectors);
  if (block === undefined) return done(state, []);
  const pieces = positionRuns(demand, 0, demand.vectors).map(([position, count]) => ({
    position,
    event: block.first + position,
    count,
  }));
  return activate(state, device, block.used, demand, pieces);
}

/** Vectors that go out together: from this position in the call, on this event, so many. */
interface Piece {
  readonly position: number;
  readonly event: number;
  readonly count: number;
}

/** Cuts positions where table entries do not rise by one, and around managed vectors, each of which has its own mask. */
function positionRuns(demand: Demand, from: number, count: number): [number, number][] {
  const { entries, managed } = demand;
  if (entries === undefined && managed === undefined) return [[from, count]];
  const runs: [number, number][] = [];
  for (let position = from; position < from + count; position++) {
    const last = runs[runs.length - 1];
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const wasManaged = managed !== undefined && position - 1 >= managed.first && position - 1 <= managed.last;
    const rises = entries === undefined || entries[position] === (entries[position - 1] ?? 0) + 1;
    if (last === undefined || !rises || isManaged || wasManaged) runs.push([position, 1]);
    else last[1]++;
  }
  return runs;
}

/** MAPTI for each piece, whose events are in `used` now. */
function activate(
  state: ItsState,
  device: ItsDevice,
  used: ItsDevice['used'],
  demand: Demand,
  pieces: readonly Piece[],
): Outcome<ItsState, readonly VectorRun[]> {
  const { entries, managed, requester } = demand;
  const { lpiBase, lpiCount } = device;
  let { load } = state;
  let { mapped } = device;
  const effects: Effect[] = [];
  const runs = pieces.map(({ position, event, count }): VectorRun => {
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const mask = isManaged ? managed.masks[position - managed.first] : undefined;
    const index = entries?.[position] ?? position;
    const run = { index, data: event, hwirq: event, count, mask, managed: isManaged };
    if (isManaged && waits(load, mask)) return { ...run, cpus: mask?.slice(0, count) };
    const placed = load === undefined ? undefined : placeLpis(load, count, isManaged);
    load = placed?.load;
    mapped = add(mapped, event, event + count - 1);
    effects.push(mapti(device, event, count, placed?.cpus));
    return { ...run, cpus: placed?.cpus };
  });
  const after = { ...device, used, mapped };
  const next = withDevice(load === state.load ? state : { ...state, load }, requester.its, after);
  return done(next, runs, effects, (shift) => eventReasons(lpiCount, runs, lpiBase + shift));
}

/**
 * its_irq_domain_deactivate and its_irq_domain_free: DISCARD for what is mapped, events back. Up to 6.15 the last event
 * of an unshared table takes the table along; in 7.2 it stays until the domain is torn down.
 */
function free(state: ItsState, requester: Requester, runs: readonly VectorRun[]): Outcome<ItsState, undefined> {
  const device = itsDevice(state, requester.its, requester.deviceId);
  if (device === undefined) return done(state, undefined);
  let effects = noEffects;
  let { load } = state;
  let { mapped, used } = device;
  for (const run of runs) {
    const off = deactivateRun(device, mapped, load, run);
    effects = bothEffects(effects, off.effects);
    load = off.load;
    mapped = off.mapped;
    used = freeEvents(used, run.data, run.count);
  }
  const rest = { ...device, mapped, used };
  if (state.rules === '7.2' || device.shared || used.length > 0 || runs.length === 0) {
    return done(withDevice({ ...state, load }, requester.its, rest), undefined, effects);
  }
  const freed = freeDevice({ ...state, load }, requester.its, rest);
  return done(freed.state, undefined, bothEffects(effects, [freed.effect]));
}

/**
 * request_irq: an event whose handler was removed before gets its MAPTI again; then the affinity is set, which may choose
 * another CPU (manage.c: __setup_irq, irq_setup_affinity).
 */
function request(state: ItsState, requester: Requester, run: VectorRun): Outcome<ItsState, readonly VectorRun[]> {
  const device = itsDevice(state, requester.its, requester.deviceId);
  if (device === undefined) return refuse(state, 'EINVAL', 'the DeviceID has no table');
  if (run.managed && waits(state.load, run.mask)) return done(state, [run]);
  const last = run.data + run.count - 1;
  const unmapped = hasAll(device.mapped, run.data, last) ? noIntervals : gaps(device.mapped, run.data, last);
  const effects: Effect[] = [];
  let { cpus } = run;
  let { load } = state;
  for (const gap of unmapped) {
    const count = gap.last - gap.first + 1;
    const placed = load === undefined ? undefined : placeLpis(load, count, run.managed);
    load = placed?.load;
    if (placed !== undefined) cpus = cpus?.toSpliced(gap.first - run.data, count, ...placed.cpus);
    effects.push(mapti(device, gap.first, count, placed?.cpus));
  }
  for (let i = 0; load !== undefined && cpus !== undefined && i < run.count; i++) {
    const before = cpus[i] ?? 0;
    const moved = moveLpi(load, before, run.mask, run.managed);
    if (moved.cpu === before) continue;
    load = moved.load;
    cpus = cpus.with(i, moved.cpu);
    effects.push(movi(device, run.data + i, moved.cpu));
  }
  if (effects.length === 0) return done(state, [run]);
  const next = unmapped.length === 0 ? device : { ...device, mapped: add(device.mapped, run.data, last) };
  return done(withDevice({ ...state, load }, requester.its, next), [{ ...run, cpus }], effects);
}

/** free_irq: the event is deactivated (DISCARD) but stays allocated. */
function release(state: ItsState, requester: Requester, run: VectorRun): Outcome<ItsState, readonly VectorRun[]> {
  const device = itsDevice(state, requester.its, requester.deviceId);
  if (device === undefined) return done(state, [run]);
  const { mapped, load, effects } = deactivateRun(device, device.mapped, state.load, run);
  return done(withDevice({ ...state, load }, requester.its, { ...device, mapped }), [run], effects);
}

/** its_set_affinity: MOVI when another CPU is chosen. Managed interrupts refuse (EIO); no CPU in the mask: EINVAL. */
function setAffinity(
  state: ItsState,
  requester: Requester,
  run: VectorRun,
  mask: readonly number[],
): Outcome<ItsState, VectorRun> {
  if (run.managed) return refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s');
  const device = itsDevice(state, requester.its, requester.deviceId);
  const online = state.load === undefined ? mask.filter((cpu) => cpu === 0) : possibleOf(state.load, mask);
  if (device === undefined || online.length === 0) return refuse(state, 'EINVAL', 'no CPU of the mask is online');
  const masked = { ...run, mask: online };
  const before = run.cpus?.[0];
  if (state.load === undefined || before === undefined || gaps(device.mapped, run.data, run.data).length > 0) {
    return done(state, masked);
  }
  const moved = moveLpi(state.load, before, online, false);
  const effects = moved.cpu === before ? noEffects : [movi(device, run.data, moved.cpu)];
  return done({ ...state, load: moved.load }, { ...masked, cpus: [moved.cpu] }, effects);
}

/** The CPUs of a mask that there are, and that are online. */
const possibleOf = (load: CpuLoad, mask: CpuMask): CpuMask =>
  onlineOf(load, mask).filter((cpu) => cpu < load.unmanaged.length);

/** Takes a run's mapped events out of the map and off their CPUs. */
function deactivateRun(
  device: ItsDevice,
  mapped: ItsDevice['mapped'],
  load: ItsState['load'],
  run: VectorRun,
): { mapped: ItsDevice['mapped']; load: ItsState['load']; effects: Effect[] } {
  const last = run.data + run.count - 1;
  const active = mapped === noIntervals ? noIntervals : within(mapped, run.data, last);
  const effects = active.map((part): Effect => {
    const count = part.last - part.first + 1;
    return { does: 'discard', deviceId: device.deviceId, eventId: part.first, count };
  });
  if (load === undefined) return { mapped: remove(mapped, run.data, last), load, effects };
  let rest = load;
  for (const { first, last: end } of active) {
    rest = removeLpis(rest, run.cpus?.slice(first - run.data, end - run.data + 1) ?? [], run.managed);
  }
  return { mapped: remove(mapped, run.data, last), load: rest, effects };
}

function mapti(device: ItsDevice, eventId: number, count: number, cpus: readonly number[] | undefined): Effect {
  const { deviceId, lpiBase } = device;
  return { does: 'mapti', deviceId, eventId, lpi: lpiBase + eventId, count, collections: cpus ?? [] };
}

function movi(device: ItsDevice, eventId: number, collection: number): Effect {
  return { does: 'movi', deviceId: device.deviceId, eventId, collection };
}
