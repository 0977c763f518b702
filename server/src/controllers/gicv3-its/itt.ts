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
 * even when fewer LPIs were left. `created` is undefined when not one LPI was left: no MAPD then.
 */
export function createDevice(
  state: ItsState,
  its: number,
  request: { deviceId: number; vectors: number; shared: boolean; by: FunctionIndex },
): { state: ItsState; effect: Effect; created: boolean } {
  const lpisRequested = request.vectors;
  const taken = takeLpis(state.lpis, lpisRequested);
  if (taken === undefined) return { state, effect: { does: 'no-lpis', wanted: lpisRequested }, created: false };
  const { lpiBase, lpiCount } = taken.range;
  const device: ItsDevice = {
    lpiBase,
    lpiCount,
    deviceId: request.deviceId,
    ittEntries: Math.max(leastIttEntries, lpisRequested),
    lpisRequested,
    shared: request.shared,
    createdBy: request.by,
    used: noIntervals,
    mapped: noIntervals,
  };
  return {
    state: withDevice({ ...state, lpis: taken.pool }, its, device),
    effect: { does: 'mapd', deviceId: device.deviceId, events: device.ittEntries, lpiBase, lpiCount, lpisRequested },
    created: true,
  };
}

/** Ends the table: MAPD with V=0, LPIs back to the pool. */
export function freeDevice(state: ItsState, its: number, device: ItsDevice): { state: ItsState; effect: Effect } {
  const devices = state.devices[its]?.delete(device.deviceId);
  return {
    state: { ...state, lpis: returnLpis(state.lpis, device), devices: replaced(state.devices, its, devices) },
    effect: { does: 'unmapd', deviceId: device.deviceId },
  };
}

/** The state with this device in place of the one with its DeviceID. */
export function withDevice(state: ItsState, its: number, device: ItsDevice): ItsState {
  const devices = state.devices[its]?.set(device.deviceId, device);
  return { ...state, devices: replaced(state.devices, its, devices) };
}

/** Memory of the table: entries times the ITS's entry size, at least 256 bytes. */
export function ittBytes(its: Its, ittEntries: number): number {
  const entryBytes = its.quirk === 'qdf2400-e0065' ? qdf2400EntryBytes : its.ittEntrySizeBytes;
  return Math.max(ittAlignmentBytes, ittEntries * entryBytes);
}

function replaced(tables: ItsState['devices'], its: number, table: ItsState['devices'][number] | undefined) {
  if (table === undefined || tables[its] === table) return tables;
  const copy = tables.slice();
  copy[its] = table;
  return copy;
}
