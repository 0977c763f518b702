/**
 * A function's DeviceID is registered and gets its table, for itself alone (its_v5_pci_msi_prepare,
 * irq-gic-its-msi-parent.c; gicv5_its_msi_prepare, gicv5_its_alloc_device, gicv5_its_device_register, irq-gic-v5-its.c; 7.2).
 */
import { noIntervals } from '../../base/intervals.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { type Demand, done, type Outcome, type Reason, type Requester, refuse } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { deviceIdBits, eventsFor, type Itt, ittFor } from './itt.ts';
import type { Gicv5Device, Gicv5State } from './state.ts';

/**
 * EBUSY: the DeviceID is registered, for another function or for a table that events left behind keep; nothing is ever
 * shared. EINVAL: the DeviceID or the events do not fit. ENODEV: no ITS. The driver is told ENODEV for all of them, as its MSI
 * domain cannot be made (pci_setup_msix_device_domain, drivers/pci/msi/irqdomain.c).
 */
export function prepare(state: Gicv5State, demand: Demand): Outcome<Gicv5State, number> {
  const { its: number, deviceId, fn } = demand.requester;
  const its = state.gic.itses[number];
  if (its === undefined) return refuse(state, 'ENODEV', 'the controller has no ITS');
  const events = eventsFor(demand.vectors);
  const holder = deviceAt(state, demand.requester);
  if (holder !== undefined) {
    const reason = `DeviceID ${hex(deviceId)} has already been registered: -EBUSY`;
    return refuse(state, 'EBUSY', reason, [noTable(deviceId, events, 'taken', holder.owner)]);
  }
  const bits = deviceIdBits(its, state.pageSizeBytes);
  if (deviceId >= 2 ** bits) {
    const reason = `DeviceID ${hex(deviceId)} is past the device table, which has ${bits} bits: -EINVAL`;
    return refuse(state, 'EINVAL', reason, [noTable(deviceId, events, 'device-id-bits')]);
  }
  const itt = ittFor(its, state.pageSizeBytes, events);
  if ('refused' in itt) {
    const reason =
      itt.refused === 'event-id-bits'
        ? `${events} events need more than the ${its.eventIdBits} EventID bits of the ITS: -EINVAL`
        : `${events} events would fill just one second-level table, which the kernel does not build: -EINVAL`;
    return refuse(state, 'EINVAL', reason, [noTable(deviceId, events, itt.refused)]);
  }
  const device: Gicv5Device = { deviceId, events, owner: fn, used: noIntervals };
  const { vectors, mode } = demand;
  return done(withDevice(state, number, device), vectors, undefined, () => registered(mode, vectors, events, itt));
}

/** The table of a requester's DeviceID, whoever owns it. */
export const deviceAt = (state: Gicv5State, { its, deviceId }: Requester): Gicv5Device | undefined =>
  state.devices[its]?.get(deviceId);

/** The state with this device in place of the one with its DeviceID. */
export function withDevice(state: Gicv5State, its: number, device: Gicv5Device): Gicv5State {
  return withTable(state, its, state.devices[its]?.set(device.deviceId, device));
}

/** gicv5_its_device_unregister: the DeviceID is free again. */
export function withoutDevice(state: Gicv5State, its: number, deviceId: number): Gicv5State {
  return withTable(state, its, state.devices[its]?.delete(deviceId));
}

function withTable(state: Gicv5State, its: number, table: Gicv5State['devices'][number] | undefined): Gicv5State {
  if (table === undefined || state.devices[its] === table) return state;
  const devices = state.devices.slice();
  devices[its] = table;
  return { ...state, devices };
}

function noTable(
  deviceId: number,
  events: number,
  why: Extract<Effect, { does: 'no-table' }>['why'],
  owner?: FunctionIndex,
): Effect {
  return { does: 'no-table', deviceId, events, why, owner };
}

function registered(
  mode: Demand['mode'],
  vectors: number,
  events: number,
  itt: Exclude<Itt, { refused: string }>,
): Reason[] {
  const what = mode === 'msix' ? 'MSI-X table' : 'MSI capability';
  const levels = itt.levels === 1 ? 'one level' : 'two levels';
  return [
    { text: `the ${what} has ${vectors}`, source: 'its_v5_pci_msi_prepare, irq-gic-its-msi-parent.c, 7.2' },
    { text: `the next power of two is ${events}`, source: 'its_v5_pci_msi_prepare' },
    {
      text: `the table has ${events} ${events === 1 ? 'entry' : 'entries'}, ${itt.bytes} bytes in ${levels}, and no LPIs yet`,
      source: 'gicv5_its_device_register, irq-gic-v5-its.c',
    },
  ];
}

const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`;
