/**
 * The whole allocation at one moment, as a table: what "Show Allocation", `irqtopo show` and hovers print. Numbers, not
 * texts; how they are written is ./allocation-text.ts's matter.
 */
import { type Interval, joinedInOrder, size } from '../base/intervals.ts';
import type { Failure } from '../base/result.ts';
import { NOBODY } from '../controllers/arrival.ts';
import type { Requester } from '../controllers/controller.ts';
import { type ItsDevice, itsDevice } from '../controllers/gicv3-its/index.ts';
import { type Gicv5Device, gicv5Device } from '../controllers/gicv5-its/index.ts';
import { withController } from '../controllers/registry.ts';
import { slotKey } from '../controllers/spapr/state.ts';
import type { Controller, Gicv3, Its, PciKind } from '../model/machine.ts';
import { busOf, requesterIdOf } from '../pci/enumeration.ts';
import type { FunctionIndex, PciFunction } from '../pci/topology.ts';
import type { RuleContext } from '../rules/context.ts';
import { assignedTo, guestsOf } from '../timeline/guests/assigned.ts';
import { lostInterrupts, passedThrough } from '../timeline/guests/state.ts';
import { hwirqsOf } from '../timeline/hwirqs.ts';
import { imsAllocated } from '../timeline/ims.ts';
import type { Migration } from '../timeline/migration/migrate.ts';
import { resolveRequester } from '../timeline/requester.ts';
import type { Call, Run, StepResult } from '../timeline/run.ts';
import {
  countVectors,
  functionState,
  grantedVectors,
  isPresent,
  type MachineState,
  requestedVectors,
} from '../timeline/state.ts';
import { type CpuRow, cpuRows, type DeliveryRow, deliveryRow, identityRows } from './delivery.ts';

export interface Allocation {
  /** By segment and requester ID; what the kernel did not find comes last. */
  readonly functions: readonly FunctionRow[];
  readonly controllers: readonly ControllerRow[];
}

export interface FunctionRow {
  readonly name: string;
  readonly kind: PciKind;
  readonly type: string | undefined;
  /** PCI domain. */
  readonly segment: number;
  /** bus << 8 | device << 3 | function; undefined: absent, or never found. */
  readonly requesterId: number | undefined;
  readonly present: boolean;
  /** Whether a driver is bound. */
  readonly bound: boolean;
  /** What it signals as, where a bridge above puts its own ID in place. */
  readonly alias: { readonly requesterId: number; readonly bridge: string } | undefined;
  readonly controller: string | undefined;
  /** Undefined where its messages reach no controller that names requesters. */
  readonly deviceId: number | undefined;
  /** The interrupt translation table of its DeviceID. */
  readonly itt: IttRow | undefined;
  /** What the driver asked for, in order; only the last rung of each ladder that was tried. */
  readonly calls: readonly CallRow[];
  readonly mode: 'msix' | 'msi' | 'intx' | 'none';
  readonly vectors: number;
  readonly errno: Failure | 'none';
  /** EventIDs at an ITS, remapping entries on x86, what the device writes as data elsewhere. */
  readonly events: readonly Interval[];
  /** LPIs, SPIs, interrupt sources; on x86 the numbers that Linux gives. */
  readonly interrupts: readonly Interval[];
  /** The VM it is assigned to; absent: it stays with the host. */
  readonly guest?: GuestUse;
  /** Entries of message storage; absent: none. */
  readonly storage?: number;
  /** pseries: the sources that the firmware keeps for it, those it does not use included; undefined elsewhere, and where it has none. */
  readonly sources: Interval | undefined;
  /** CPUs, vectors and entries on x86; undefined elsewhere, and without an interrupt. */
  readonly delivery: DeliveryRow | undefined;
}

export interface GuestUse {
  readonly name: string;
  /** Undefined: the VM does not use it now. */
  readonly use: { readonly unmasked: number; readonly handlers: number; readonly lost: number } | undefined;
}

export interface IttRow {
  readonly entries: number;
  /** LPIs reserved for the DeviceID, whoever uses them; on a GICv5 they are those in use, and have no first one. */
  readonly firstLpi: number | undefined;
  readonly lpis: number;
  readonly eventsUsed: number;
  readonly shared: boolean;
}

export interface CallRow {
  readonly by: Call['by'];
  readonly mode: Call['request']['mode'];
  readonly min: number;
  readonly max: number;
  readonly granted: number;
  readonly grantedMode: Call['mode'];
  readonly errno: Failure | undefined;
}

export interface ControllerRow {
  readonly name: string;
  readonly type: Controller['type'];
  /** Undefined where this version does not know how the controller allocates. */
  readonly interrupts:
    | {
        readonly kind: 'LPIs' | 'SPIs' | 'MSIs' | 'CPU vectors' | 'identities';
        readonly used: number;
        readonly free: number;
      }
    | undefined;
  /** x86: vectors that interrupts without one have been promised. */
  readonly promised?: number;
  /** x86 with remapping: entries of all tables in use and, where tables are those of units, left in them. */
  readonly entries?: { readonly used: number; readonly free: number | undefined };
  /** x86 and IMSIC: each CPU, from cpu[0] on. */
  readonly cpus?: readonly CpuRow[];
}

/** The allocation after the boot, which every check is made of. */
export function bootAllocation(context: RuleContext): Allocation {
  return allocationAfter(context.boot, context.boot.steps.length - 1);
}

/** The allocation after a step of a run. */
export function allocationAfter(run: Run, step: number): Allocation {
  const result = run.steps[step];
  if (result === undefined) return { functions: [], controllers: [] };
  const { state } = result;
  const calls = lastCalls(run.steps.slice(0, step + 1));
  const functions = state.topology.functions.map((fn) => functionRow(state, fn, calls.get(fn.index) ?? NO_CALLS));
  return { functions: functions.sort(byAddress), controllers: controllerRows(state) };
}

const NO_CALLS: readonly Call[] = [];

/** What there is to say of one function at a moment, from its calls so far. */
export function functionRow(state: MachineState, fn: PciFunction, calls: readonly Call[]): FunctionRow {
  const { topology, enumeration } = state;
  const { machine } = topology;
  const own = functionState(state, fn.index);
  const requester = resolveRequester(state, fn.index);
  const found = requester.ok ? requester.value : undefined;
  const controller = found && machine.controllers[found.controller];
  const { aliasBridge } = found ?? {};
  return {
    name: fn.name,
    kind: fn.node.kind,
    type: fn.node.type,
    segment: topology.rootBuses[fn.rootBus]?.hostBridge.segment ?? 0,
    requesterId: requesterIdOf(topology, enumeration, fn.index),
    present: isPresent(state, fn.index) && busOf(enumeration, fn.index) !== undefined,
    bound: own.driver !== undefined,
    alias:
      found === undefined || aliasBridge === undefined
        ? undefined
        : { requesterId: found.aliasedRequesterId, bridge: topology.functions[aliasBridge]?.name ?? '' },
    controller: controller && controllerName(controller, found?.its ?? 0),
    deviceId: controller !== undefined && 'itses' in controller ? found?.deviceId : undefined,
    itt: ittRow(ittOf(state, fn.index)) ?? gicv5IttRow(state, gicv5IttOf(state, fn.index)),
    calls: calls.filter((call, i) => isLastRung(calls, i, call)).map(callRow),
    mode: own.mode,
    vectors: grantedVectors(own),
    errno: own.errno,
    events: joinedInOrder(
      controller?.type === 'riscv-imsic'
        ? hwirqsOf(state, own)
        : own.vectors.map(({ data, count }) => ({ first: data, last: data + count - 1 })),
    ),
    interrupts: joinedInOrder(hwirqsOf(state, own)),
    sources: sourcesOf(state, found),
    delivery: deliveryRow(state, fn.index),
    ...guestCells(state, fn.index),
  };
}

/** What a guest, or message storage, adds to a row; nothing on a machine without. */
function guestCells(state: MachineState, fn: FunctionIndex): Pick<FunctionRow, 'guest' | 'storage'> {
  const entries = size(imsAllocated(state, fn));
  const storage = entries === 0 ? {} : { storage: entries };
  const assigned = assignedTo(state.topology, fn);
  if (assigned === undefined) return storage;
  const own = passedThrough(state, fn);
  const name = (own === undefined ? undefined : guestsOf(state.topology)[own.vm]?.name) ?? assigned.guest.name;
  const use = own && {
    unmasked: size(own.unmasked),
    handlers: requestedVectors(functionState(state, fn)),
    lost: lostInterrupts(state, fn),
  };
  return { ...storage, guest: { name, use } };
}

/** The table of a function's DeviceID; undefined while there is none. */
export function ittOf(state: MachineState, fn: FunctionIndex): ItsDevice | undefined {
  const requester = resolveRequester(state, fn);
  if (!requester.ok) return undefined;
  const { controller, its, deviceId } = requester.value;
  const own = state.controllers[controller];
  return own?.type === 'gicv3' ? itsDevice(own, its, deviceId) : undefined;
}

/** The table of a function's DeviceID at a GICv5, whoever owns it; undefined while there is none. */
export function gicv5IttOf(state: MachineState, fn: FunctionIndex): Gicv5Device | undefined {
  const requester = resolveRequester(state, fn);
  if (!requester.ok) return undefined;
  const { controller, its, deviceId } = requester.value;
  const own = state.controllers[controller];
  return own?.type === 'gicv5' ? gicv5Device(own, its, deviceId) : undefined;
}

/** What QEMU's list has of a function. */
function sourcesOf(state: MachineState, requester: Requester | undefined): Interval | undefined {
  const firmware = requester && state.controllers[requester.controller];
  if (requester === undefined || firmware?.type !== 'spapr') return undefined;
  const block = firmware.blocks.get(slotKey(requester));
  return block && { first: block.first, last: block.first + block.count - 1 };
}

/** The table of a DeviceID at one of the ITSs of a GIC. */
export function ittAt(state: MachineState, gic: Gicv3, its: Its, deviceId: number): ItsDevice | undefined {
  const own = state.controllers[state.topology.machine.controllers.indexOf(gic)];
  return own?.type === 'gicv3' ? itsDevice(own, gic.itses.indexOf(its), deviceId) : undefined;
}

/** The calls of each function in the last step that made any for it. */
export function lastCalls(steps: readonly StepResult[]): ReadonlyMap<FunctionIndex, readonly Call[]> {
  let byFunction = new Map<FunctionIndex, Call[]>();
  for (const { calls, migration } of steps) {
    if (migration !== undefined) byFunction = movedCalls(byFunction, migration);
    const fresh = new Set<FunctionIndex>();
    for (const call of calls) {
      const known = fresh.has(call.fn) ? byFunction.get(call.fn) : undefined;
      if (known !== undefined) known.push(call);
      else byFunction.set(call.fn, [call]);
      fresh.add(call.fn);
    }
  }
  return byFunction;
}

/** The calls under the numbers that functions have after a migration. */
function movedCalls(
  calls: ReadonlyMap<FunctionIndex, readonly Call[]>,
  { there }: Migration,
): Map<FunctionIndex, Call[]> {
  const moved = new Map<FunctionIndex, Call[]>();
  for (const [fn, own] of calls) {
    const now = there(fn);
    if (now !== NOBODY)
      moved.set(
        now,
        own.map((call) => ({ ...call, fn: now })),
      );
  }
  return moved;
}

/** "its0" of a GIC with ITSs, else the controller's own name. */
export function controllerName(controller: Controller, its: number): string {
  const part = 'itses' in controller ? controller.itses[its]?.name : undefined;
  return part ?? controller.name ?? controller.type;
}

const isLastRung = (calls: readonly Call[], i: number, { call, by }: Call): boolean =>
  calls[i + 1]?.call !== call || calls[i + 1]?.by !== by;

const callRow = ({ by, request, granted, mode, errno }: Call): CallRow => ({
  by,
  mode: request.mode,
  min: request.min,
  max: request.max,
  granted,
  grantedMode: mode,
  errno,
});

const ittRow = (device: ItsDevice | undefined): IttRow | undefined =>
  device && {
    entries: device.ittEntries,
    firstLpi: device.lpiBase,
    lpis: device.lpiCount,
    eventsUsed: size(device.used),
    shared: device.shared,
  };

const gicv5IttRow = (state: MachineState, device: Gicv5Device | undefined): IttRow | undefined =>
  device && {
    entries: device.events,
    firstLpi: undefined,
    lpis: countVectors(functionState(state, device.owner).vectors),
    eventsUsed: size(device.used),
    shared: false,
  };

/** What each of the machine's controllers has given out, in their order. */
export function controllerRows(state: MachineState): readonly ControllerRow[] {
  return state.controllers.map((own, i): ControllerRow => {
    const controller = state.topology.machine.controllers[i];
    const name = controller?.name ?? controller?.type ?? '';
    const type = controller?.type ?? 'gicv3';
    const figures = withController(own, (implementation, its) => implementation.figures(its)) ?? {};
    if (figures.lpis !== undefined && figures.lpisFree !== undefined) {
      return { name, type, interrupts: { kind: 'LPIs', used: figures.lpis, free: figures.lpisFree } };
    }
    if (figures.msis !== undefined && figures.msisFree !== undefined) {
      if (own.type === 'riscv-imsic') {
        const interrupts = { kind: 'identities', used: figures.msis, free: figures.msisFree } as const;
        return { name, type, interrupts, cpus: identityRows(own) };
      }
      return { name, type, interrupts: { kind: 'MSIs', used: figures.msis, free: figures.msisFree } };
    }
    if (figures.spis !== undefined && figures.spisFree !== undefined) {
      return { name, type, interrupts: { kind: 'SPIs', used: figures.spis, free: figures.spisFree } };
    }
    if (figures.vectors !== undefined && figures.vectorsFree !== undefined) {
      const { vectors: used, vectorsFree: free, vectorsReserved: promised = 0, irtes, irtesFree } = figures;
      const entries = irtes === undefined ? {} : { entries: { used: irtes, free: irtesFree } };
      const cpus = own.type === 'x86-apic' ? { cpus: cpuRows(own) } : {};
      return { name, type, interrupts: { kind: 'CPU vectors', used, free }, promised, ...entries, ...cpus };
    }
    return { name, type, interrupts: undefined };
  });
}

/** Found before not found, then by segment and requester ID. */
export function byAddress(a: FunctionRow, b: FunctionRow): number {
  const [left, right] = [a.requesterId ?? NOT_FOUND, b.requesterId ?? NOT_FOUND];
  if ((left === NOT_FOUND) !== (right === NOT_FOUND)) return left - right;
  return a.segment - b.segment || left - right;
}

/** Larger than any requester ID. */
const NOT_FOUND = 0x10000;
