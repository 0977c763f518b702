/** Guests of the machine that moves: nested ones, whose VMMs run in it and move along. */
import { IntMap } from '../../base/int-map.ts';
import { NOBODY, type Renumber } from '../../controllers/arrival.ts';
import type { Topology } from '../../pci/topology.ts';
import { type GuestNumber, guestsOf } from '../guests/assigned.ts';
import type { Guests, PassedThrough, VmState } from '../guests/state.ts';

/** What is so of guests, under the numbers they have in the other spec; one that it does not declare is forgotten. */
export function guestsThere(guests: Guests, from: Topology, to: Topology, there: Renumber): Guests {
  const byName = new Map<string, GuestNumber>();
  for (const { name, number } of guestsOf(to)) byName.set(name, number);
  const numbers = guestsOf(from).map(({ name }) => byName.get(name));
  const vms = IntMap.empty<VmState>().edit((draft) => {
    for (const [vm, own] of guests.vms.entries()) {
      const number = numbers[vm];
      if (number !== undefined) draft.set(number, own);
    }
  });
  const passed = IntMap.empty<PassedThrough>().edit((draft) => {
    for (const [index, own] of guests.passed.entries()) {
      const fn = there(index);
      const vm = numbers[own.vm];
      if (fn !== NOBODY && vm !== undefined) draft.set(fn, { ...own, vm });
    }
  });
  return { vms, passed };
}
