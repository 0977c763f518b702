/**
 * From requester ID to controller and DeviceID: of_map_id (drivers/of/base.c) and of_msi_xlate (drivers/of/irq.c) with
 * devicetree, iort_id_map and iort_node_map_id (drivers/acpi/arm64/iort.c) with ACPI; 7.2.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Controller, HostBridge, Its, Machine, MsiMapEntry, MsiRouting } from '../model/machine.ts';
import { driverProblem } from '../model/message-drivers.ts';
import type { FunctionIndex, Topology } from './topology.ts';

export interface MsiTarget {
  readonly controller: Controller;
  /** Undefined for a controller that has none. */
  readonly its: Its | undefined;
  /** What the controller calls the requester. */
  readonly deviceId: number;
  /** The entry that matched; undefined: identity. */
  readonly entry: MsiMapEntry | undefined;
}

/**
 * Where a requester ID (16 bits, after aliases) goes. EINVAL: there is no controller. EFAULT: devicetree, and an entry
 * looked at before any matched has bits outside the mask. No match at all is no error: the DeviceID is the requester ID.
 */
export function msiTargetOf(machine: Machine, hostBridge: HostBridge, requesterId: number): Result<MsiTarget> {
  const { msi } = hostBridge;
  switch (msi.by) {
    case 'none':
      return err('EINVAL');
    case 'parent':
      return ok({ controller: msi.controller, its: msi.its, deviceId: requesterId, entry: undefined });
    case 'map': {
      const match =
        machine.firmware === 'acpi' ? iortMatch(msi.entries, requesterId) : devicetreeMatch(msi, requesterId);
      if (!match.ok) return match;
      const entry = match.value;
      // Without a match the bus's own MSI domain serves it: that of the first entry.
      const its = (entry ?? msi.entries[0])?.its;
      const controller = its && controllerOf(machine, its);
      if (controller === undefined) return err('EINVAL');
      if (entry === undefined) return ok({ controller, its, deviceId: requesterId, entry });
      const input = machine.firmware === 'acpi' ? requesterId : requesterId & msi.mask;
      return ok({ controller, its, deviceId: entry.deviceIdFirst + (input - entry.requesterIdFirst), entry });
    }
  }
}

export type MsiAllowed =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** `no-driver`: there is a controller, but this kernel cannot use it. */
      readonly why: 'msi-bus' | 'no-controller' | 'no-driver';
      /** Who forbids it: the bridge with `msi-bus = false`, or the host bridge. */
      readonly by: FunctionIndex | HostBridge;
    };

const ALLOWED: MsiAllowed = { allowed: true };

/** Whether `fn` can use MSI and MSI-X at all: PCI_BUS_FLAGS_NO_MSI on no bus above (pci_msi_supported), and a controller. */
export function msiAllowed(topology: Topology, fn: FunctionIndex): MsiAllowed {
  const start = topology.functions[fn];
  for (let at = start?.parent; at !== undefined; at = topology.functions[at]?.parent) {
    if (topology.functions[at]?.node.bridge?.msiBus === false) return { allowed: false, why: 'msi-bus', by: at };
  }
  const root = topology.rootBuses[start?.rootBus ?? -1];
  if (root === undefined) return ALLOWED;
  const { hostBridge, expander } = root;
  if (expander !== undefined && topology.functions[expander]?.node.bridge?.msiBus === false) {
    return { allowed: false, why: 'msi-bus', by: expander };
  }
  if (!hostBridge.msiBus) return { allowed: false, why: 'msi-bus', by: hostBridge };
  if (hostBridge.msi.by === 'none') return { allowed: false, why: 'no-controller', by: hostBridge };
  const controller = controllerBehind(topology.machine, hostBridge.msi);
  if (controller !== undefined && driverProblem(controller, topology.machine.os) !== undefined) {
    return { allowed: false, why: 'no-driver', by: hostBridge };
  }
  return ALLOWED;
}

/** The controller that gives a host bridge its MSI domain; with `msi-map` that of the first entry. */
export function controllerBehind(machine: Machine, msi: MsiRouting): Controller | undefined {
  if (msi.by === 'parent') return msi.controller;
  const its = msi.by === 'map' ? msi.entries[0]?.its : undefined;
  return its && controllerOf(machine, its);
}

function devicetreeMatch(
  map: Extract<MsiRouting, { by: 'map' }>,
  requesterId: number,
): Result<MsiMapEntry | undefined> {
  const masked = requesterId & map.mask;
  for (const entry of map.entries) {
    if ((entry.requesterIdFirst & ~map.mask) !== 0) return err('EFAULT');
    if (masked >= entry.requesterIdFirst && masked <= entry.requesterIdLast) return ok(entry);
  }
  return ok(undefined);
}

/**
 * The first entry that holds the ID, unless it is the very last ID of its range: firmware often writes a count one too
 * high, so a later entry that starts there takes over. IORT knows no mask.
 */
function iortMatch(entries: readonly MsiMapEntry[], requesterId: number): Result<MsiMapEntry | undefined> {
  let provisional: MsiMapEntry | undefined;
  for (const entry of entries) {
    if (requesterId < entry.requesterIdFirst || requesterId > entry.requesterIdLast) continue;
    if (provisional !== undefined && requesterId !== entry.requesterIdFirst) continue;
    provisional = entry;
    const single = entry.requesterIdFirst === entry.requesterIdLast;
    if (single || requesterId !== entry.requesterIdLast) break;
  }
  return ok(provisional);
}

const controllerOf = (machine: Machine, its: Its): Controller | undefined =>
  machine.controllers.find((controller) => 'itses' in controller && controller.itses.includes(its));
