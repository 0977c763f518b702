/** The interrupt routes of VMs: who holds how many of which table. */
import { size } from '../base/intervals.ts';
import type { Controller, Machine } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { KVM_ROUTES, QEMU_PIN_ROUTES, RUST_VMM_ROUTES } from '../schema/hypervisor-tables.ts';
import { type Guest, guestsOf } from '../timeline/guests/assigned.ts';
import { passedThrough } from '../timeline/guests/state.ts';
import { type MachineState, requestedVectors } from '../timeline/state.ts';
import type { RuleContext } from './context.ts';

/** The table of one VM: of the machine itself, or of a guest on it. */
export interface RouteTable {
  /** Undefined: the machine itself is the VM. */
  readonly guest: Guest | undefined;
  readonly routes: number;
  /** Routes of the controller's pins, which are there before any message. */
  readonly pins: number;
}

/** Vectors with a route, by function; none is 0. */
export type RouteUsers = ReadonlyMap<FunctionIndex, number>;

/** The tables that the machine's vectors could fill at all. */
export function routeTables({ machine, topology }: RuleContext): readonly RouteTable[] {
  const own = tableOfMachine(machine);
  const tables = own === undefined ? [] : [own];
  if (machine.vms.length === 0) return tables;
  for (const guest of guestsOf(topology)) {
    const table = tableOfGuest(machine, guest);
    if (table === undefined) continue;
    const most = guest.functions.reduce((sum, { fn }) => {
      const { msi = 0, msix = 0 } = topology.functions[fn]?.node.capabilities ?? {};
      return sum + Math.max(msi, msix);
    }, 0);
    if (table.pins + most > table.routes) tables.push(table);
  }
  return tables;
}

/** The table of the machine as a VM; undefined where it is none, or its messages need no routes. */
export function tableOfMachine({ controllers, routes, vmm }: Machine): RouteTable | undefined {
  const [controller] = controllers;
  if (controller === undefined || routes === undefined || !takesRoutes(controller)) return undefined;
  return { guest: undefined, routes, pins: vmm === undefined ? 0 : pinsOf(controller) };
}

/** The table of a guest; undefined where its messages need no routes. */
export function tableOfGuest({ controllers }: Machine, guest: Guest): RouteTable | undefined {
  const [controller] = controllers;
  if (controller === undefined || !takesRoutes(controller)) return undefined;
  return { guest, routes: guest.vm.routes, pins: guest.vm.vmm === undefined ? 0 : pinsOf(controller) };
}

/** A guest has the controller of its host's architecture. */
const pinsOf = ({ type }: Controller): number => QEMU_PIN_ROUTES[type] ?? 0;

/** Messages whose data is an interrupt's number need no route. */
const takesRoutes = ({ type }: Controller): boolean => QEMU_PIN_ROUTES[type] !== undefined;

/** Whether a table is too small; that of most machines is told without a look at each function. */
export function areRoutesExceeded(table: RouteTable, state: MachineState): boolean {
  const { guest, routes, pins } = table;
  // Vectors in use are allocated.
  if (guest === undefined && pins + state.irqNumbersUsed <= routes) return false;
  return pins + vectorsWithRoutes(table, state) > routes;
}

/** Vectors in use that need a route of a table. */
export function vectorsWithRoutes(table: RouteTable, state: MachineState): number {
  let sum = 0;
  for (const count of routeUsers(table, state).values()) sum += count;
  return sum;
}

const usersIn = new WeakMap<MachineState, ReadonlyMap<FunctionIndex, number>>();

/** Who uses vectors that need a route of a table, in no order that matters. */
export function routeUsers({ guest }: RouteTable, state: MachineState): RouteUsers {
  if (guest !== undefined) return usersOfGuest(guest, state);
  const known = usersIn.get(state);
  if (known) return known;
  const users = new Map<FunctionIndex, number>();
  for (const [fn, own] of state.functions.entries()) {
    const count = own.mode === 'msix' || own.mode === 'msi' ? requestedVectors(own) : 0;
    if (count > 0) users.set(fn, count);
  }
  usersIn.set(state, users);
  return users;
}

/** QEMU keeps the route of an entry that the guest has masked again (vfio_msix_vector_release, hw/vfio/pci.c). */
function usersOfGuest({ number, functions }: Guest, state: MachineState): RouteUsers {
  const users = new Map<FunctionIndex, number>();
  for (const { fn } of functions) {
    const own = passedThrough(state, fn);
    const count = own?.vm === number && own.mode !== 'intx' ? size(own.used) : 0;
    if (count > 0) users.set(fn, count);
  }
  return users;
}

/** "294 of 4096 interrupt routes needed: 256 pins and 38 vectors" */
export function routesText(table: RouteTable, state: MachineState): string {
  const { routes, pins } = table;
  const vectors = vectorsWithRoutes(table, state);
  const parts = pins === 0 ? '' : `: ${pins} pins and ${vectors} vectors`;
  return `${pins + vectors} of ${routes} interrupt routes needed${parts}`;
}

/** Whose table it is, as a sentence has it. */
export function tableText({ routes }: Pick<RouteTable, 'routes'>): string {
  if (routes === KVM_ROUTES) return `KVM has ${routes} for a VM`;
  return isOfLibrary(routes) ? `the VMM's library has ${routes} of KVM's ${KVM_ROUTES}` : `the VMM has ${routes}`;
}

/** A library's own bound, which another VMM does not have. */
export const isOfLibrary = (routes: number): boolean => routes === RUST_VMM_ROUTES;
