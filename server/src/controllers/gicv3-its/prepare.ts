/**
 * How large a DeviceID's table becomes, and who shares it (its_pci_msi_prepare, irq-gic-v3-its-pci-msi.c to 6.10,
 * irq-gic-v3-its-msi-parent.c from 6.11, irq-gic-its-msi-parent.c in 7.2; its_msi_prepare, irq-gic-v3-its.c).
 */
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { Its, RuleSet } from '../../model/machine.ts';
import { type Demand, done, noEffects, type Outcome, refuse, type Why } from '../controller.ts';
import { deviceIdBits, deviceTableCapacity } from './device-table.ts';
import { createDevice, mapd, withDevice } from './itt.ts';
import { creationReasons, reuseReasons } from './reasons.ts';
import type { ItsState } from './state.ts';

/** its_pci_msi_prepare: DeviceID 0 gets at least this many events, as several things may be mapped onto it. */
export const leastVectorsOfDeviceZero = 32;

/** Each link of the chain from a demand to the size of its table. */
export interface IttSize {
  /** What the rule set lets a demand count for. */
  readonly counted: number;
  readonly countedBy: 'request' | 'table' | 'messages';
  /** Sum of the capabilities below the alias bridge; 0 without alias. */
  readonly aliasSum: number;
  /** 32 for DeviceID 0, else 1. */
  readonly minimum: number;
  /** The largest of them, rounded up to a power of two. */
  readonly rounded: number;
  /** After the ITS's EventID bits: `2 ** eventIdBits` at most. */
  readonly vectors: number;
}

/** The number of events a table made for this demand would have. */
export function ittSize(rules: RuleSet, its: Its, demand: Demand): IttSize {
  const { counted, countedBy } = countedVectors(rules, demand);
  const aliasSum = demand.requester.aliasCapabilitySum;
  const minimum = demand.requester.deviceId === 0 ? leastVectorsOfDeviceZero : 1;
  const rounded = Math.max(minimum, roundUpToPowerOfTwo(Math.max(counted, aliasSum)));
  return { counted, countedBy, aliasSum, minimum, rounded, vectors: Math.min(rounded, 2 ** its.eventIdBits) };
}

/**
 * Up to 6.10 the vectors requested. From 6.11 the MSI-X table or the request, whichever is larger; MSI as requested, for
 * the per-device MSI domain has a hardware size of 1. 7.2: the capability's size for both.
 */
function countedVectors(rules: RuleSet, demand: Demand): Pick<IttSize, 'counted' | 'countedBy'> {
  const byCapability = rules === '7.2' || (rules === '6.12' && demand.mode === 'msix');
  if (!byCapability || demand.vectors > demand.capability) return { counted: demand.vectors, countedBy: 'request' };
  return { counted: demand.capability, countedBy: demand.mode === 'msix' ? 'table' : 'messages' };
}

/**
 * Finds the DeviceID's table, which is shared from then on and never freed, or makes it. Below an aliasing bridge it is
 * shared from the start. ENOMEM: no LPI left, or no room in the device table; EINVAL: the GICv4 proxy's DeviceID.
 */
export function prepare(state: ItsState, demand: Demand): Outcome<ItsState, number> {
  const { its: number, deviceId, fn, aliasBridge } = demand.requester;
  const its = state.gic.itses[number];
  if (its === undefined) return refuse(state, 'ENODEV', 'the controller has no ITS');
  if (number === 0 && deviceId === gicv4ProxyDeviceId(state)) {
    return refuse(state, 'EINVAL', `DeviceID ${hex(deviceId)} is the GICv4 proxy device's`);
  }
  const found = state.devices[number]?.get(deviceId);
  if (found !== undefined) {
    const shared = found.shared ? state : withDevice(state, number, { ...found, shared: true });
    return done(shared, demand.vectors, noEffects, () => reuseReasons(found));
  }
  const capacity = deviceTableCapacity(its, state.pageSizeBytes);
  if (deviceId >= capacity) {
    return refuse(state, 'ENOMEM', `DeviceID ${hex(deviceId)} is past the device table's ${capacity} entries`);
  }
  const { vectors } = ittSize(state.rules, its, demand);
  const made = createDevice(state, number, deviceId, vectors, aliasBridge !== undefined, fn);
  const { device } = made;
  if (device === undefined) {
    return refuse(made.state, 'ENOMEM', `no LPI is left of ${state.lpisTotal}`, [{ does: 'no-lpis', wanted: vectors }]);
  }
  const { rules } = state;
  const why: Why = (shift) =>
    creationReasons(rules, its, ittSize(rules, its, demand), { ...device, lpiBase: device.lpiBase + shift });
  return done(made.state, demand.vectors, [mapd(device)], why);
}

/**
 * The DeviceID that GICv4.0 without direct LPIs takes on the first ITS (its_init_vpe_domain): the last one. Undefined
 * where there is no proxy.
 */
export function gicv4ProxyDeviceId(state: Pick<ItsState, 'gic'>): number | undefined {
  const first = state.gic.itses[0];
  if (!state.gic.gicv4 || state.gic.directLpi || first === undefined) return undefined;
  return 2 ** deviceIdBits(first) - 1;
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}`;
}
