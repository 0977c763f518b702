/** How many more guests the host holds, and what stops the next one. */
import { guestFit } from '../guests/fit.ts';
import type { MachineState } from '../state.ts';
import { shortfallOf } from './shortfall.ts';
import { type Stop, scarceOf, stopOf } from './stop.ts';

/** What more of the last VM fit. */
export interface GuestCapacity {
  /** The VM's name, without index. */
  readonly name: string;
  readonly fit: number;
  readonly stop: Stop;
}

/** Undefined on a machine without VMs. */
export function guestCapacity(state: MachineState): GuestCapacity | undefined {
  const found = guestFit(state);
  if (found === undefined) return undefined;
  const { guest, fit, next } = found;
  const name = guest.vm.name ?? guest.name;
  if (next === undefined) {
    return { name, fit, stop: { resource: 'slots', text: 'no requester ID is left for functions like those it has' } };
  }
  const { before, after, log } = next;
  const short = shortfallOf(after, log, []);
  if (short !== undefined) return { name, fit, stop: stopOf({ before, after, log, short }, short) };
  // A guest's start is the host's vfio-pci at work, which makes no calls of a driver.
  const scarce = scarceOf(before);
  return { name, fit, stop: { ...scarce, text: `${scarce.text} on the host` } };
}
