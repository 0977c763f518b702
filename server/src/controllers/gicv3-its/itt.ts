/** Making and ending a DeviceID's interrupt translation table (irq-gic-v3-its.c: its_create_device, its_free_device). */
import { noIntervals } from '../../base/intervals.ts';
import type { Its } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { Effect } from '../effect.ts';
import { returnLpis, takeLpis } from './lpi-pool.ts';
import type { ItsDevice, ItsState } from './state.ts';

/** The ITS reads tables of whole 256-byte units (GITS_TRANSLATER: ITT_addr bits 51:8). */
const ittAlignmentBytes = 256;
/** MAPD's size field holds the number of event bits minus one, so one bit is the least. */
const leastIttEntries = 2;
/** Qualcomm QDF2400 erratum 0065: ITT entries are 16 bytes (its_enable_quirk_qdf2400_e0065). */
const qdf2400EntryBytes = 16;

/**
 * Creates the table for `vectors` events, a power of two, and its LPI range. The MAPD that goes out is for all of them
 * even when fewer LPIs were left. `device` is undefined when not one LPI was left: no MAPD then.
 */
export function createDevice(
  state: ItsState,
  its: number,
  deviceId: number,
  vectors: number,
  shared: boolean,
  by: FunctionIndex,
): { state: ItsState; device: ItsDevice | undefined } {
  const taken = takeLpis(state.lpis, vectors);
  if (taken === undefined) return { state, device: undefined };
  const { lpiBase, lpiCount } = taken.range;
  const device: ItsDevice = {
    lpiBase,
    lpiCount,
    deviceId,
    ittEntries: Math.max(leastIttEntries, vectors),
    lpisRequested: vectors,
    shared,
    createdBy: by,
    used: noIntervals,
    mapped: noIntervals,
  };
  return { state: withDevice({ ...state, lpis: taken.pool }, its, device), device };
}

/** The command that tells the ITS of a new table. */
export function mapd(device: ItsDevice): Effect & { readonly does: 'mapd' } {
  const { deviceId, ittEntries, lpiBase, lpiCount, lpisRequested } = device;
  return { does: 'mapd', deviceId, events: ittEntries, lpiBase, lpiCount, lpisRequested };
}

/** Ends the table: MAPD with V=0, LPIs back to the pool. */
export function freeDevice(state: ItsState, its: number, device: ItsDevice): { state: ItsState; effect: Effect } {
  const lpis = returnLpis(state.lpis, device);
  return {
    state: withTable({ ...state, lpis }, its, state.devices[its]?.delete(device.deviceId)),
    effect: { does: 'unmapd', deviceId: device.deviceId },
  };
}

/** The state with this device in place of the one with its DeviceID. */
export function withDevice(state: ItsState, its: number, device: ItsDevice): ItsState {
  return withTable(state, its, state.devices[its]?.set(device.deviceId, device));
}

/** Memory of the table: entries times the ITS's entry size, at least 256 bytes. */
export function ittBytes(its: Its, ittEntries: number): number {
  const entryBytes = its.quirk === 'qdf2400-e0065' ? qdf2400EntryBytes : its.ittEntrySizeBytes;
  return Math.max(ittAlignmentBytes, ittEntries * entryBytes);
}

function withTable(state: ItsState, its: number, table: ItsState['devices'][number] | undefined): ItsState {
  if (table === undefined || state.devices[its] === table) return state;
  const devices = state.devices.slice();
  devices[its] = table;
  return { ...state, devices };
}
