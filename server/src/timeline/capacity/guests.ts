/** How many more guests the host holds, and what stops the next one. */
import { withController } from '../../controllers/registry.ts';
import { guestFit } from '../guests/fit.ts';
import type { MachineState } from '../state.ts';
import { shortfallOf } from './shortfall.ts';
import { type Stop, stopOf } from './stop.ts';

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
  return { name, fit, stop: hostStop(before) };
}

/** A guest's start is the host's vfio-pci at work, which makes no calls of a driver: the controller says what it had left. */
function hostStop(before: MachineState): Stop {
  const [controller] = before.controllers;
  const figures =
    controller === undefined ? {} : withController(controller, (implementation, own) => implementation.figures(own));
  const { vectorsFree, lpisFree, spisFree, msisFree } = figures;
  if (vectorsFree !== undefined)
    return { resource: 'vectors', text: `${vectorsFree} CPU vectors are free on the host` };
  if (spisFree !== undefined) return { resource: 'spis', text: `${spisFree} SPIs are free on the host` };
  if (msisFree !== undefined) return { resource: 'msis', text: `${msisFree} MSIs are free on the host` };
  return { resource: 'lpis', text: `${lpisFree ?? 0} LPIs are free on the host` };
}
