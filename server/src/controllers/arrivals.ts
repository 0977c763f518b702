/** Which controller arrives how: a line for each in the switch here. */
import type { Arrival, Heirs, Renumber } from './arrival.ts';
import { arriveGicv2m } from './gicv2m/migration.ts';
import { arriveGicv3 } from './gicv3-its/migration.ts';
import { arriveGicv5 } from './gicv5-its/migration.ts';
import type { ControllerState } from './registry.ts';
import { arriveImsic } from './riscv-imsic/migration.ts';
import { arriveSpapr } from './spapr/migration.ts';
import { arriveX86 } from './x86-apic/migration.ts';

/**
 * The state of a controller at the other end; undefined when that is another kind of controller, which takes nothing over.
 * @param there the other machine's controller at power on
 * @param heirs who has a table whose maker is not there
 */
export function arrive(
  here: ControllerState,
  there: ControllerState,
  renumber: Renumber,
  heirs: Heirs,
): Arrival<ControllerState> | undefined {
  switch (here.type) {
    case 'gicv3':
      return there.type === here.type ? arriveGicv3(here, there, renumber, heirs) : undefined;
    case 'gicv2m':
      return there.type === here.type ? arriveGicv2m(here, there) : undefined;
    case 'gicv5':
      return there.type === here.type ? arriveGicv5(here, there, renumber) : undefined;
    case 'x86-apic':
      return there.type === here.type ? arriveX86(here, there) : undefined;
    case 'spapr':
      return there.type === here.type ? arriveSpapr(here, there) : undefined;
    case 'riscv-imsic':
      return there.type === here.type ? arriveImsic(here, there) : undefined;
  }
}
