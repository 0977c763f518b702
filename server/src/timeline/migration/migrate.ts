/**
 * A guest moves to the machine of another spec. What it knows goes along: which functions there are, their bus numbers, its tables
 * and vectors. The other machine has its devices at the same places, or the state is not loaded (-EINVAL). Where it is not, what
 * can be moved is moved all the same, so that the steps that follow have something to speak of.
 */
import { IntMap } from '../../base/int-map.ts';
import type { IntTable } from '../../base/int-table.ts';
import { type Heirs, NOBODY, type Renumber } from '../../controllers/arrival.ts';
import { arrive } from '../../controllers/arrivals.ts';
import { type ControllerState, initialControllerState } from '../../controllers/registry.ts';
import type { MigrationTarget } from '../../model/machine.ts';
import { placeMachine } from '../../pci/placement.ts';
import type { FunctionIndex, Topology } from '../../pci/topology.ts';
import { resolveRequester } from '../requester.ts';
import { type FunctionState, idle, isPresent, type MachineState } from '../state.ts';
import { compareMachines, hasMessages } from './compare.ts';
import { type Counterparts, counterparts } from './counterparts.ts';
import { endOf, type MigrationDifference } from './difference.ts';
import { guestsThere } from './guests.ts';

/** How a migration went. */
export interface Migration {
  readonly from: Topology;
  readonly target: MigrationTarget;
  readonly differences: readonly MigrationDifference[];
  /** The number of a function there, by that here. */
  readonly there: Renumber;
  /** Functions that the guest has found and finds again. */
  readonly kept: number;
}

export interface Migrated {
  readonly state: MachineState;
  readonly migration: Migration;
}

const topologies = new WeakMap<MigrationTarget['machine'], Topology>();

/** The other machine's PCI tree; placed once. */
function topologyOf({ machine }: MigrationTarget): Topology {
  const known = topologies.get(machine) ?? placeMachine(machine).topology;
  topologies.set(machine, known);
  return known;
}

/** Moves a running guest. */
export function migrate(before: MachineState, target: MigrationTarget): Migrated {
  const pairs = counterparts(before, topologyOf(target));
  const differences = compareMachines(before, target, pairs);
  const controllers = arriveAll(before, target, pairs.there, differences);
  const taken = controllers.map(({ taken }) => taken);
  let state: MachineState = {
    ...before,
    topology: pairs.topology,
    presence: presenceThere(before, pairs),
    enumeration: {
      buses: renumbered(before.enumeration.buses, pairs.there),
      ranges: renumbered(before.enumeration.ranges, pairs.there),
    },
    controllers: controllers.map(({ state: own }) => own),
    functions: functionsThere(before, pairs, taken),
    ...(before.ims && {
      ims: {
        functions: renumbered(before.ims.functions, pairs.there),
        pasids: renumbered(before.ims.pasids, pairs.there),
      },
    }),
    ...(before.guests && { guests: guestsThere(before.guests, before.topology, pairs.topology, pairs.there) }),
  };
  for (const fn of before.functions.keys()) addDeviceId(before, state, fn, pairs, taken, differences);
  const refused = differences.some((difference) => endOf(difference) === 'refused');
  state = { ...state, lastErrno: refused ? 'EINVAL' : 'none', failed: before.failed + (refused ? 1 : 0) };
  return {
    state,
    migration: { from: before.topology, target, differences, there: pairs.there, kept: state.enumeration.buses.size },
  };
}

interface Arrived {
  readonly state: ControllerState;
  /** False: the other machine has another kind of controller, where the guest's vectors are nothing. */
  readonly taken: boolean;
}

/** The controllers there, with what the guest knows of them; adds what differs. */
function arriveAll(
  before: MachineState,
  { machine }: MigrationTarget,
  renumber: Renumber,
  differences: MigrationDifference[],
): readonly Arrived[] {
  return machine.controllers.map((there, i) => {
    const state = initialControllerState(there, machine);
    const own = before.controllers[i];
    const here = before.topology.machine.controllers[i];
    const arrival = own && arrive(own, state, renumber, heirsIn(before, i, renumber));
    if (arrival === undefined || here === undefined) return { state, taken: false };
    if (here.type === there.type) {
      for (const difference of arrival.differences) differences.push({ is: 'controller', here, there, difference });
    }
    return { state: arrival.state, taken: true };
  });
}

/** Looked for when asked: only tables whose maker is not there need it. */
function heirsIn(before: MachineState, controller: number, renumber: Renumber): Heirs {
  let byDeviceId: Map<string, FunctionIndex> | undefined;
  return (its, deviceId) => {
    if (byDeviceId === undefined) {
      byDeviceId = new Map();
      for (const [fn, { requester, vectors }] of before.functions.entries()) {
        const there = renumber(fn);
        if (requester?.controller !== controller || vectors.length === 0 || there === NOBODY) continue;
        byDeviceId.set(`${requester.its} ${requester.deviceId}`, there);
      }
    }
    return byDeviceId.get(`${its} ${deviceId}`);
  };
}

/** What is plugged in here is plugged in there: whoever starts the other end starts it so. */
function presenceThere(before: MachineState, { topology, here }: Counterparts): IntMap<boolean> {
  return IntMap.empty<boolean>().edit((draft) => {
    for (const { index, presentAtBoot } of topology.functions) {
      const own = here(index);
      const present = own === NOBODY ? presentAtBoot : isPresent(before, own);
      if (present !== presentAtBoot) draft.set(index, present);
    }
  });
}

function functionsThere(
  before: MachineState,
  { there }: Counterparts,
  taken: readonly boolean[],
): IntTable<FunctionState> {
  return IntMap.empty<FunctionState>().edit((draft) => {
    for (const [index, own] of before.functions.entries()) {
      const fn = there(index);
      if (fn === NOBODY) continue;
      const { requester } = own;
      if (requester !== undefined && taken[requester.controller] !== true) {
        draft.set(fn, { ...idle, driver: own.driver });
        continue;
      }
      const bridge = requester?.aliasBridge;
      const aliasBridge = bridge === undefined || there(bridge) === NOBODY ? undefined : there(bridge);
      draft.set(fn, requester === undefined ? own : { ...own, requester: { ...requester, fn, aliasBridge } });
    }
  });
}

/** Adds a function whose messages come out under another name than the guest has told the controller. */
function addDeviceId(
  before: MachineState,
  after: MachineState,
  fn: number,
  { there }: Counterparts,
  taken: readonly boolean[],
  differences: MigrationDifference[],
): void {
  const { requester } = before.functions.get(fn) ?? idle;
  const here = before.topology.functions[fn];
  const other = after.topology.functions[there(fn)];
  if (requester === undefined || here === undefined || other === undefined || !hasMessages(before, fn)) return;
  const type = after.controllers[requester.controller]?.type;
  if (taken[requester.controller] !== true || (type !== 'gicv3' && type !== 'gicv5')) return;
  const now = resolveRequester(after, other.index);
  const same =
    now.ok &&
    now.value.deviceId === requester.deviceId &&
    now.value.its === requester.its &&
    now.value.controller === requester.controller;
  if (same) return;
  const { deviceId } = requester;
  differences.push({
    is: 'device-id',
    here,
    there: other,
    before: deviceId,
    after: now.ok ? now.value.deviceId : undefined,
  });
}

function renumbered<T>(table: Pick<IntTable<T>, 'entries'>, renumber: Renumber): IntMap<T> {
  return IntMap.empty<T>().edit((draft) => {
    for (const [fn, value] of table.entries()) {
      const there = renumber(fn);
      if (there !== NOBODY) draft.set(there, value);
    }
  });
}
