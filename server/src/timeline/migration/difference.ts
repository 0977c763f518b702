/** What may differ between the two ends of a migration, each with what comes of it. */
import type { ControllerDifference } from '../../controllers/arrival.ts';
import type { Controller, Machine, Version } from '../../model/machine.ts';
import type { PciFunction } from '../../pci/topology.ts';

export type MigrationDifference =
  /** QEMU sends the machine type along and compares (configuration_post_load, migration/savevm.c). */
  | Differs<'machine-type', NonNullable<Machine['machineType']>>
  /** Possible CPUs: each has sections of its own. */
  | Differs<'cpus', number>
  /** The kernel that the other spec names; the guest's goes on. */
  | Differs<'kernel', Version>
  /** Kinds of interrupt controllers, in order. Undefined: there are fewer. */
  | Differs<'controller-type', Controller | undefined>
  | {
      readonly is: 'controller';
      readonly here: Controller;
      readonly there: Controller;
      readonly difference: ControllerDifference;
    }
  /** A bus that is in use lies beyond the other host bridge's window. `bus`: the highest in use; `last`: of the window there. */
  | { readonly is: 'bus-window'; readonly here: PciFunction; readonly bus: number; readonly last: number }
  /** A function that is there now has no counterpart at its place. */
  | { readonly is: 'function-missing'; readonly here: PciFunction; readonly path: string }
  /** A function of the other machine that the guest does not know of. */
  | { readonly is: 'function-added'; readonly there: PciFunction; readonly path: string }
  /** Another device in its place, or one with other capabilities. */
  | {
      readonly is: 'function-changed';
      readonly here: PciFunction;
      readonly there: PciFunction;
      readonly changes: readonly FunctionChange[];
    }
  /** A device model whose state QEMU cannot send. */
  | { readonly is: 'function-blocks'; readonly here: PciFunction; readonly type: string }
  /** Its messages arrive under another name than the guest has told the controller; undefined: nowhere. */
  | {
      readonly is: 'device-id';
      readonly here: PciFunction;
      readonly there: PciFunction;
      readonly before: number;
      readonly after: number | undefined;
    };

type Differs<Is, T> = { readonly is: Is; readonly here: T; readonly there: T };

/** One thing in which a function at its place is another. */
export interface FunctionChange {
  /** "MSI-X entries" */
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

/** `refused`: the state is not loaded (-EINVAL). `lost`: it is, and interrupts are lost. `loaded`: it is, and nothing is. */
export type MigrationEnd = 'refused' | 'lost' | 'loaded';

/** What comes of a difference. */
export function endOf(difference: MigrationDifference): MigrationEnd {
  switch (difference.is) {
    case 'machine-type':
    case 'cpus':
    case 'controller-type':
    case 'function-missing':
    case 'function-changed':
    case 'function-blocks':
      return 'refused';
    case 'controller':
      return difference.difference.end;
    case 'bus-window':
    case 'device-id':
      return 'lost';
    case 'kernel':
    case 'function-added':
      return 'loaded';
  }
}
