/** The built-in device types. */
import type { PciKind } from '../model/machine.ts';
import type { DeviceType } from './device-type.ts';
import { hardwareTypes } from './hardware.ts';
import { bridgeTypes } from './ports.ts';
import { qemuTypes } from './qemu.ts';
import { virtioTypes } from './virtio.ts';

export { defaultPlan } from './calls.ts';
export type { BridgeDefaults, Count, DeviceType, PlanContext, TypeContext } from './device-type.ts';
export { countOf } from './device-type.ts';

/** The type of that name; undefined when the catalogue has none. */
export const deviceType = (name: string): DeviceType | undefined => typesByName.get(name);

/** All types, or those a kind can have, in the order of the documentation. */
export const deviceTypes = (kind?: PciKind): readonly DeviceType[] =>
  kind === undefined ? TYPES : (typesByKind.get(kind) ?? []);

const TYPES: readonly DeviceType[] = [...virtioTypes, ...qemuTypes, ...hardwareTypes, ...bridgeTypes];
const typesByName: ReadonlyMap<string, DeviceType> = new Map(TYPES.map((type) => [type.name, type]));
const kinds: readonly PciKind[] = [...new Set(TYPES.flatMap((type) => type.kinds))];
const typesByKind: ReadonlyMap<PciKind, readonly DeviceType[]> = new Map(
  kinds.map((kind) => [kind, TYPES.filter((type) => type.kinds.includes(kind))]),
);
