/** An IMSIC in a migration: QEMU sends the state of each identity (vmstate_riscv_imsic, hw/intc/riscv_imsic.c), as many as this end has. */
import type { Arrival, ControllerDifference } from '../arrival.ts';
import type { ImsicState } from './state.ts';

/** All as it is; files of another size are other state. */
export function arriveImsic(here: ImsicState, there: ImsicState): Arrival<ImsicState> {
  const differences: ControllerDifference[] = [];
  if (here.identities !== there.identities) {
    differences.push({
      what: 'the identities that devices can have',
      here: `${here.identities}`,
      there: `${there.identities}`,
      end: 'refused',
      source: 'vmstate_riscv_imsic, hw/intc/riscv_imsic.c: eistate has one entry for each identity',
    });
  }
  return { state: here, differences };
}
