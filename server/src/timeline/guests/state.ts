/** What is so of guests at one moment. A machine without VMs has none of this. */
import { IntMap } from '../../base/int-map.ts';
import { gaps, type Intervals, size } from '../../base/intervals.ts';
import type { Failure } from '../../base/result.ts';
import type { Flow } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { functionState, type MachineState } from '../state.ts';
import { type GuestNumber, guestsOf } from './assigned.ts';

/** Guests that were ever started, and the functions that running ones use. */
export interface Guests {
  readonly vms: IntMap<VmState>;
  readonly passed: IntMap<PassedThrough>;
}

export interface VmState {
  /** `killed`: by its VMM, as the host had no vector for an entry that it unmasked. */
  readonly state: 'running' | 'killed' | 'off';
  /** Of the last step on it. */
  readonly errno: Failure | 'none';
}

/** A function as the VMM of a running guest keeps it (VFIOPCIDevice, hw/vfio/pci.h). */
export interface PassedThrough {
  readonly vm: GuestNumber;
  readonly flow: Flow;
  /** What the guest has enabled. */
  readonly mode: 'msix' | 'msi' | 'intx' | 'none';
  /** Entries, or messages, that the guest has unmasked. */
  readonly unmasked: Intervals;
  /** Entries that the VMM has set up: unmasked once, and maybe masked again (VFIOMSIVector.use). */
  readonly used: Intervals;
  /** One more than the highest entry ever used (VFIOPCIDevice.nr_vectors). */
  readonly counter: number;
  /** How often the index was disabled to be enabled with more entries, and how often that hit live handlers. */
  readonly tearDowns: number;
  readonly liveTearDowns: number;
  /** Live handlers that were hit, all tear-downs together: as many interrupts may be lost. */
  readonly gapLosses: number;
}

/** No guest was started yet. */
const noGuests: Guests = { vms: IntMap.empty(), passed: IntMap.empty() };

/** A VM that was never started. */
const neverStarted: VmState = { state: 'off', errno: 'none' };

/** What is known of a VM at this moment. */
export function vmState({ guests }: MachineState, vm: GuestNumber): VmState {
  return guests?.vms.get(vm) ?? neverStarted;
}

export function setVm(state: MachineState, vm: GuestNumber, own: VmState): MachineState {
  const { vms, passed } = state.guests ?? noGuests;
  return { ...state, guests: { vms: vms.set(vm, own), passed } };
}

/** A function in use by a running guest; undefined for all others. */
export function passedThrough({ guests }: MachineState, fn: FunctionIndex): PassedThrough | undefined {
  return guests?.passed.get(fn);
}

/** The state with a function in use as given; undefined: no more. */
export function setPassed(state: MachineState, fn: FunctionIndex, own: PassedThrough | undefined): MachineState {
  const { vms, passed } = state.guests ?? noGuests;
  if (own === undefined && !passed.has(fn)) return state;
  return { ...state, guests: { vms, passed: own === undefined ? passed.delete(fn) : passed.set(fn, own) } };
}

export function changePassed(state: MachineState, fn: FunctionIndex, change: Partial<PassedThrough>): MachineState {
  const own = passedThrough(state, fn);
  return own === undefined ? state : setPassed(state, fn, { ...own, ...change });
}

/** Entries that the guest has unmasked and that the host has no handler for: they never fire, and the guest does not know. */
export function deafEntries(state: MachineState, fn: FunctionIndex): Intervals {
  const own = passedThrough(state, fn);
  if (own === undefined) return [];
  const { handlers } = functionState(state, fn);
  return own.unmasked.flatMap(({ first, last }) => gaps(handlers, first, last));
}

/** Entries that will never fire, and interrupts lost in gaps. 0 for a function that no running guest uses. */
export function lostInterrupts(state: MachineState, fn: FunctionIndex): number {
  const own = passedThrough(state, fn);
  return own === undefined ? 0 : size(deafEntries(state, fn)) + own.gapLosses;
}

/** {@link lostInterrupts} of all functions of a VM. */
export function lostByVm(state: MachineState, vm: GuestNumber): number {
  let lost = 0;
  for (const { fn } of guestsOf(state.topology)[vm]?.functions ?? []) {
    if (passedThrough(state, fn)?.vm === vm) lost += lostInterrupts(state, fn);
  }
  return lost;
}
