/** How many more guests a host holds: found by starting them on copies of its state. */
import { devfnOf } from '../../pci/bus.ts';
import { newShape } from '../../pci/shape.ts';
import type { FunctionIndex, PciFunction, Topology } from '../../pci/topology.ts';
import { newLog, type StepLog } from '../log.ts';
import { idle, type MachineState } from '../state.ts';
import { type Guest, guestsOf, VFIO_DRIVER } from './assigned.ts';
import { startGuest } from './life.ts';
import { vmState } from './state.ts';

/** How many more fit, and how the start of the next one went. */
export interface GuestFit {
  /** The VM that they are like. */
  readonly guest: Guest;
  readonly fit: number;
  /** Undefined: no requester ID is left for its functions, or it has none. */
  readonly next: { readonly before: MachineState; readonly after: MachineState; readonly log: StepLog } | undefined;
}

const known = new WeakMap<MachineState, GuestFit>();

/**
 * How many more guests like the last VM can start one after the other, each with functions of its own like those assigned to it,
 * and have all that they ask for. What ends it is the interrupt controller, or that the buses have no requester ID left; whether the
 * device has so many VFs is not asked. Undefined without a VM.
 */
export const guestsThatFit = (state: MachineState): number | undefined => guestFit(state)?.fit;

/** {@link guestsThatFit}, and what became of the one that does not. */
export function guestFit(state: MachineState): GuestFit | undefined {
  const last = guestsOf(state.topology).at(-1);
  if (last === undefined) return undefined;
  const before = known.get(state);
  if (before !== undefined) return before;
  const fit = startMore(state, last);
  known.set(state, fit);
  return fit;
}

function startMore(start: MachineState, like: Guest): GuestFit {
  const templates = like.functions.flatMap(({ assignment, fn }) => {
    const template = start.topology.functions[fn];
    return template === undefined ? [] : [{ assignment, template }];
  });
  if (templates.length === 0) return { guest: like, fit: 0, next: undefined };
  const ids = requesterIds(start, templates[0]?.template);
  // Written to while guests are added: nobody else has it.
  const functions = start.topology.functions.slice();
  const topology: Topology = { ...start.topology, functions, shape: newShape() };
  let state: MachineState = { ...start, topology };
  for (let fit = 0; ; fit++) {
    const assigned: Guest['functions'][number][] = [];
    for (const { assignment, template } of templates) {
      const id = ids.next();
      if (id.done) return { guest: like, fit, next: undefined };
      state = withCopy(state, functions, template, id.value);
      assigned.push({ assignment, fn: functions.length - 1 });
    }
    const number = guestsOf(start.topology).length + fit;
    const guest: Guest = { ...like, number, name: `another ${like.name}`, functions: assigned };
    const log = newLog();
    const before = state;
    state = startGuest(before, guest, log);
    const own = vmState(state, number);
    if (own.state !== 'running' || own.errno !== 'none')
      return { guest: like, fit, next: { before, after: state, log } };
  }
}

/** The state with one more function like another, at a requester ID of its own, bound to vfio-pci. */
function withCopy(
  state: MachineState,
  functions: PciFunction[],
  template: PciFunction,
  requesterId: number,
): MachineState {
  const index: FunctionIndex = functions.length;
  const [device, number] = [(requesterId & 0xff) >> 3, requesterId & 7];
  const name = `another ${template.name}`;
  functions.push({ ...template, index, name, device, function: number, children: [], vfs: [], presentAtBoot: true });
  const buses = state.enumeration.buses.set(index, requesterId >> 8);
  const own = { ...idle, driver: VFIO_DRIVER };
  return {
    ...state,
    enumeration: { ...state.enumeration, buses },
    functions: state.functions.set(index, own),
  };
}

/** Requester IDs that no function on the same host bridge has: on the function's bus first, then on those behind it. */
function* requesterIds({ topology, enumeration }: MachineState, near: PciFunction | undefined): Generator<number> {
  if (near === undefined) return;
  const root = topology.rootBuses[near.rootBus];
  const first = enumeration.buses.get(near.index) ?? root?.bus ?? 0;
  const taken = new Set<number>();
  for (const fn of topology.functions) {
    const bus = enumeration.buses.get(fn.index);
    const isNeighbour = topology.rootBuses[fn.rootBus]?.hostBridge === root?.hostBridge;
    if (bus !== undefined && isNeighbour) taken.add((bus << 8) | devfnOf(fn));
  }
  for (let id = first << 8; id <= (((root?.lastBus ?? 0) << 8) | 0xff); id++) if (!taken.has(id)) yield id;
}
