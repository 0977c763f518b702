/** How many more of what may be plugged in fit into a machine: found by plugging them into copies of its state. */
import type { PciNode } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { MachineState } from '../state.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Shortfall, type Tried, tryPlug } from './shortfall.ts';
import { type Stop, stopOf } from './stop.ts';

/** How many more of one declared `hotplug` block fit, nothing else being plugged in. */
export interface Capacity {
  readonly node: PciNode;
  /** Declared elements that are absent. */
  readonly declared: number;
  /** Elements that get all they ask for, one after the other, before one does not: the declared ones, then more of their kind. */
  readonly fit: number;
  /** Elements that work, be it with fewer messages than they ask for, before one does not; `fit` at least. */
  readonly work: number;
  /** What stops the next one: after `fit`, and after `work`. */
  readonly stop: Stop;
  readonly workStop: Stop;
  /** The next one, as it was tried; undefined where no slot was left to try it in. */
  readonly short: Shortfall | undefined;
  /** Bridges that had to be plugged in first, by name. */
  readonly first: readonly string[];
  /** Names of the bridges below which it goes; undefined: wherever a slot takes it. */
  readonly below: readonly string[] | undefined;
}

/**
 * How many more of each declared candidate fit at a moment, each alone.
 *
 * They are plugged in one after the other until one comes short, so the answer n means that n fit and n + 1 do not, whatever
 * the allocators do; no shortcut assumes that a smaller number always fits.
 */
export function capacities(state: MachineState): readonly Capacity[] {
  return Array.from(candidatesOf(state), capacityOf);
}

/** How many more of one candidate fit. */
export function capacityOf(candidate: Candidate): Capacity {
  const { node, declared, devices, first, below } = candidate;
  let { state } = candidate;
  let count = 0;
  let short: Tried | undefined;
  let fit = 0;
  let broken: Tried | undefined;
  for (const device of devices) {
    const tried = tryPlug(state, device);
    if (tried.short !== undefined && short === undefined) {
      short = tried;
      fit = count;
    }
    if (tried.short?.works === false) {
      broken = tried;
      break;
    }
    state = tried.after;
    count += device.length;
  }
  const names = (functions: readonly FunctionIndex[]) =>
    functions.map((fn) => candidate.state.topology.functions[fn]?.name ?? '');
  const slots = noSlot(candidate);
  return {
    node,
    declared,
    fit: short === undefined ? count : fit,
    work: count,
    stop: stopAt(short) ?? slots,
    workStop: stopAt(broken) ?? slots,
    short: short?.short,
    first: names(first),
    below: below && names(below),
  };
}

const stopAt = (tried: Tried | undefined): Stop | undefined =>
  tried?.short === undefined ? undefined : stopOf(tried, tried.short);

/** All there is a place for is plugged in. */
function noSlot({ devices, below, state }: Candidate): Stop {
  const names = below?.map((fn) => state.topology.functions[fn]?.name ?? '') ?? [];
  const [only] = names;
  const where = below === undefined ? '' : names.length === 1 ? ` below ${only}` : ` below the ${names.length} ports`;
  const no = devices.length === 0 ? 'no free slot takes it' : 'no further slot takes one';
  return { resource: 'slots', text: `${no}${where}` };
}
