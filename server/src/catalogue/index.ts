/** The built-in device types, and what their numbers come to on a given machine. */
import type { Bridge, Capabilities, PciKind } from '../model/machine.ts';
import { countOf, type DeviceType, type TypeContext } from './device-type.ts';
import { hardwareTypes } from './hardware.ts';
import { bridgeTypes } from './ports.ts';
import { qemuTypes } from './qemu.ts';
import { virtioTypes } from './virtio.ts';

export { defaultPlan } from './calls.ts';
export type { BridgeDefaults, Count, DeviceType, PlanContext, TypeContext } from './device-type.ts';

/** The type of that name; undefined when the catalogue has none. */
export const deviceType = (name: string): DeviceType | undefined => typesByName.get(name);

/** All types, or those a kind can have, in the order of the documentation. */
export const deviceTypes = (kind?: PciKind): readonly DeviceType[] =>
  kind === undefined ? TYPES : (typesByKind.get(kind) ?? []);

/** The capabilities of a type on a machine, before any property of the spec replaces them. A VF has no pin. */
export function capabilitiesOf(type: DeviceType, kind: PciKind, context: TypeContext): Capabilities {
  const shpcOff = type.bridge?.msiNeedsShpc === true && hotplugOf(type.bridge.hotplug, context) !== 'shpc';
  return {
    msi: shpcOff ? 0 : type.msi,
    msiMaskable: type.msiMaskable,
    msi64bit: type.msi64bit,
    msix: countOf(type.msix, context),
    intx: type.intx && kind !== 'vf',
    ims: 0,
  };
}

/** The capabilities of a function without a type: an interrupt pin, unless it is a VF. */
export const bareCapabilities = (kind: PciKind): Capabilities => ({
  msi: 0,
  msiMaskable: true,
  msi64bit: true,
  msix: 0,
  intx: kind !== 'vf',
  ims: 0,
});

/** How the bridge takes hot-plug: as written, else as its type does. */
export const hotplugOf = (
  byDefault: NonNullable<DeviceType['bridge']>['hotplug'],
  context: TypeContext,
): Bridge['hotplug'] => context.hotplug ?? (typeof byDefault === 'string' ? byDefault : byDefault(context));

/** The number of queues on a machine; undefined where the type has none that matter. */
export const queuesOf = (type: DeviceType, context: TypeContext): number | undefined =>
  context.queues ?? (type.queues === undefined ? undefined : countOf(type.queues, context));

const TYPES: readonly DeviceType[] = [...virtioTypes, ...qemuTypes, ...hardwareTypes, ...bridgeTypes];
const typesByName: ReadonlyMap<string, DeviceType> = new Map(TYPES.map((type) => [type.name, type]));
const kinds: readonly PciKind[] = [...new Set(TYPES.flatMap((type) => type.kinds))];
const typesByKind: ReadonlyMap<PciKind, readonly DeviceType[]> = new Map(
  kinds.map((kind) => [kind, TYPES.filter((type) => type.kinds.includes(kind))]),
);
