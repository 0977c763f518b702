/** From requester ID to ITS and DeviceID (of_map_id, drivers/of/base.c; iort_id_map, drivers/acpi/arm64/iort.c; 7.2). */
import type { Result } from '../base/result.ts';
import type { Controller, HostBridge, Its, Machine, MsiMapEntry } from '../model/machine.ts';
import type { FunctionIndex, Topology } from './topology.ts';

export interface MsiTarget {
  readonly controller: Controller;
  /** For GICv3 and GICv5 with an ITS. */
  readonly its: Its | undefined;
  readonly deviceId: number;
  /** The entry that matched; undefined: identity. */
  readonly entry: MsiMapEntry | undefined;
}

/** EFAULT: an entry has bits outside the mask. EINVAL: no controller. No entry matches: identity, no error. */
export declare function msiTargetOf(machine: Machine, hostBridge: HostBridge, requesterId: number): Result<MsiTarget>;

/** Whether MSI and MSI-X are possible for `fn`: no `msi-bus = false` above and a controller. `by` is who forbids it. */
export declare function msiAllowed(
  topology: Topology,
  fn: FunctionIndex,
):
  | { readonly allowed: true }
  | { readonly allowed: false; readonly by: FunctionIndex | HostBridge; readonly why: 'msi-bus' | 'no-controller' };
