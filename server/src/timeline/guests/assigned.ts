/** Which functions the spec gives to which VM. */
import type { Assignment, Machine, Vm } from '../../model/machine.ts';
import type { FunctionIndex, Topology } from '../../pci/topology.ts';

/** The driver on the host of a function that is assigned to a VM. */
export const VFIO_DRIVER = 'vfio-pci';

/** Position of one VM among all of the machine's, the elements of arrays counted one by one, in file order. */
export type GuestNumber = number & { readonly __brand?: 'GuestNumber' };

/** One VM: an element of a declared one. */
export interface Guest {
  readonly number: GuestNumber;
  readonly vm: Vm;
  /** In its array; 0 for one that is no array. */
  readonly element: number;
  /** `guest`, `g[3]`. */
  readonly name: string;
  /** In the order of `assign`. */
  readonly functions: readonly Assigned[];
}

export interface Assigned {
  readonly assignment: Assignment;
  readonly fn: FunctionIndex;
}

/** Kept with the machine: functions keep their numbers when hot-plugged ones find a place. */
const known = new WeakMap<Machine, Table>();

interface Table {
  readonly guests: readonly Guest[];
  /** The first guest of each `vm` block. */
  readonly firstOf: ReadonlyMap<Vm, GuestNumber>;
  /** The assignment of each function; where several VMs name it, the first. */
  readonly byFunction: ReadonlyMap<FunctionIndex, Assigned & { readonly guest: Guest }>;
}

/** All VMs of a machine, in the order in which `boot` starts them. */
export const guestsOf = (topology: Topology): readonly Guest[] => tableOf(topology).guests;

/** The number of an element of a declared VM. */
export function guestNumber(topology: Topology, vm: Vm, element: number): GuestNumber | undefined {
  const first = tableOf(topology).firstOf.get(vm);
  return first === undefined ? undefined : first + element;
}

/** How and to whom a function is assigned; undefined for one that stays with the host. */
export function assignedTo(topology: Topology, fn: FunctionIndex): (Assigned & { readonly guest: Guest }) | undefined {
  return topology.machine.vms.length === 0 ? undefined : tableOf(topology).byFunction.get(fn);
}

/** Whether vfio-pci is the function's driver on the host, instead of its own. */
export const isAssigned = (topology: Topology, fn: FunctionIndex): boolean => assignedTo(topology, fn) !== undefined;

function tableOf(topology: Topology): Table {
  const table = known.get(topology.machine);
  if (table !== undefined) return table;
  const made = makeTable(topology);
  known.set(topology.machine, made);
  return made;
}

function makeTable(topology: Topology): Table {
  const guests: Guest[] = [];
  const firstOf = new Map<Vm, GuestNumber>();
  const byFunction = new Map<FunctionIndex, Assigned & { readonly guest: Guest }>();
  for (const vm of topology.machine.vms) {
    firstOf.set(vm, guests.length);
    const elements = vm.count ?? 1;
    for (let element = 0; element < elements; element++) {
      const name = vm.name ?? 'vm';
      const guest: Guest = {
        number: guests.length,
        vm,
        element,
        name: vm.count === undefined ? name : `${name}[${element}]`,
        functions: functionsFor(topology, vm, element),
      };
      guests.push(guest);
      for (const assigned of guest.functions) {
        if (!byFunction.has(assigned.fn)) byFunction.set(assigned.fn, { ...assigned, guest });
      }
    }
  }
  return { guests, firstOf, byFunction };
}

/** Each element of an array gets the function in its place among those named; a VM that is no array gets all. */
function functionsFor(topology: Topology, vm: Vm, element: number): Assigned[] {
  return vm.assignments.flatMap((assignment) => {
    const { node, numbers } = assignment;
    const mine = vm.count === undefined ? numbers : numbers.slice(element, element + 1);
    const elements = topology.byNode.get(node);
    return mine.flatMap((number) => {
      const fn = elements?.[number];
      return fn === undefined ? [] : [{ assignment, fn }];
    });
  });
}
