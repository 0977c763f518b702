/** Who stands where on one declared bus: explicit addresses first, then the others in file order. */
import type { PciNode } from '../model/machine.ts';
import { DEVICES_PER_BUS, devfnOf, FUNCTIONS_PER_BUS, FUNCTIONS_PER_DEVICE } from './bus.ts';

/** Of a bus: what addresses it offers. */
export interface BusShape {
  /** Lowest device given without `at`. */
  readonly firstDevice: number;
  /** Below a port: only device 00, so everything without `at` goes there. */
  readonly oneDevice: boolean;
  /** Device.functions that are taken before anything is placed. */
  readonly reserved: readonly number[];
}

/** An element of a declaration that stands on the bus; `element` counts within one instance of the parent. */
export interface Occupant {
  readonly node: PciNode;
  readonly element: number;
}

export interface Conflict {
  readonly is: 'taken' | 'second-device' | 'past-last-device' | 'bus-full';
  readonly victim: Occupant;
  /** Who has the address; undefined: the host bridge, or nobody. */
  readonly owner: Occupant | undefined;
  readonly devfn: number;
}

export interface BusPlan {
  /** For each declaration, device.function of each of its elements; {@link NO_PLACE} where there is none. */
  readonly places: readonly (readonly number[])[];
  /** One for each declaration that has any; its first. */
  readonly conflicts: readonly Conflict[];
}

/** An element that finds no place. */
export const NO_PLACE = -1;

/**
 * Places each declaration's elements. Alternatives, `hotplug` functions with one address, share it; a function present
 * at boot has it for itself: a second one finds no place, a `hotplug` one is reported and keeps it for when it is free.
 */
export function planBus(nodes: readonly PciNode[], counts: readonly number[], shape: BusShape): BusPlan {
  const known = plans.get(nodes);
  if (known && sameNumbers(known.counts, counts) && sameShape(known.shape, shape)) return known.plan;
  const plan = makePlan(nodes, counts, shape);
  plans.set(nodes, { counts, shape, plan });
  return plan;
}

/** A declared bus that an edit did not touch is the same list of declarations as before, and has the same plan. */
const plans = new WeakMap<
  readonly PciNode[],
  { readonly counts: readonly number[]; readonly shape: BusShape; readonly plan: BusPlan }
>();

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((number, i) => number === b[i]);

const sameShape = (a: BusShape, b: BusShape): boolean =>
  a.firstDevice === b.firstDevice && a.oneDevice === b.oneDevice && sameNumbers(a.reserved, b.reserved);

function makePlan(nodes: readonly PciNode[], counts: readonly number[], shape: BusShape): BusPlan {
  const owners = new Array<Occupant | 'reserved' | undefined>(FUNCTIONS_PER_BUS).fill(undefined);
  for (const devfn of shape.reserved) owners[devfn] = 'reserved';
  const usedDevices = new Array<boolean>(DEVICES_PER_BUS).fill(false);
  const conflicts = new Map<PciNode, Conflict>();
  const places = nodes.map((_, i) => new Array<number>(counts[i] ?? 0).fill(NO_PLACE));

  const refuse = (is: Conflict['is'], victim: Occupant, devfn: number, owner?: Occupant) => {
    if (!conflicts.has(victim.node)) conflicts.set(victim.node, { is, victim, owner, devfn });
  };

  const claim = (occupant: Occupant, devfn: number, written: boolean): number => {
    const owner = owners[devfn];
    usedDevices[devfn >> 3] = true;
    if (owner === undefined) {
      owners[devfn] = occupant;
      return devfn;
    }
    const other = owner === 'reserved' ? undefined : owner;
    if (other?.node.hotplug && occupant.node.hotplug) return devfn;
    const sameDevice = shape.oneDevice && !(written && other?.node.at !== undefined);
    refuse(sameDevice ? 'second-device' : 'taken', occupant, devfn, other);
    if (occupant.node.hotplug) return devfn;
    if (!other?.node.hotplug) return NO_PLACE;
    owners[devfn] = occupant;
    return devfn;
  };

  const placeWritten = (node: PciNode, first: number, elements: number[]) => {
    const step = node.spread === 'functions' ? 1 : FUNCTIONS_PER_DEVICE;
    for (let element = 0; element < elements.length; element++) {
      const devfn = first + element * step;
      if (devfn >= FUNCTIONS_PER_BUS) {
        refuse('past-last-device', { node, element }, devfn);
        return;
      }
      elements[element] = claim({ node, element }, devfn, true);
    }
  };

  let lowest = shape.firstDevice;
  const nextFreeDevice = (): number | undefined => {
    if (shape.oneDevice) return 0;
    while (lowest < DEVICES_PER_BUS && usedDevices[lowest]) lowest++;
    return lowest < DEVICES_PER_BUS ? lowest : undefined;
  };

  const placeFree = (node: PciNode, elements: number[]) => {
    const perDevice = node.spread === 'functions' ? FUNCTIONS_PER_DEVICE : 1;
    let device: number | undefined;
    for (let element = 0; element < elements.length; element++) {
      const fn = element % perDevice;
      if (fn === 0) {
        device = nextFreeDevice();
        if (shape.oneDevice && element > 0) {
          refuse('second-device', { node, element }, 0, { node, element: 0 });
          return;
        }
      }
      if (device === undefined) {
        refuse('bus-full', { node, element }, 0);
        return;
      }
      elements[element] = claim({ node, element }, (device << 3) | fn, false);
    }
  };

  nodes.forEach((node, i) => {
    const elements = places[i];
    if (node.at !== undefined && elements !== undefined) placeWritten(node, devfnOf(node.at), elements);
  });
  nodes.forEach((node, i) => {
    const elements = places[i];
    if (node.at === undefined && elements !== undefined) placeFree(node, elements);
  });
  return { places, conflicts: [...conflicts.values()] };
}
