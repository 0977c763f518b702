/** What an `expect` asserts, compared with the machine. */
import { failureText } from '../base/result.ts';
import { type ItsDevice, itsDevice } from '../controllers/gicv3-its/index.ts';
import { type Gicv5Device, gicv5Device } from '../controllers/gicv5-its/index.ts';
import { type ControllerState, withController } from '../controllers/registry.ts';
import { managedPerCpu, remappingEntries } from '../controllers/x86-apic/index.ts';
import type { Accepts, Controller, Expectation, Its } from '../model/machine.ts';
import { hex } from '../pci/bus.ts';
import { requesterIdOf } from '../pci/enumeration.ts';
import { freeSlots } from '../pci/slots.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { availableOnCpus, cpuReason, ofCpu } from './cpu-expectations.ts';
import type { GuestNumber } from './guests/assigned.ts';
import { guestsThatFit } from './guests/fit.ts';
import { lostByVm, lostInterrupts, vmState } from './guests/state.ts';
import { hwirqsOf } from './hwirqs.ts';
import { imsState } from './ims.ts';
import { resolveRequester } from './requester.ts';
import type { ExpectationResult } from './run.ts';
import {
  countVectors,
  functionState,
  grantedVectors,
  isPresent,
  type MachineState,
  presentIn,
  requestedVectors,
} from './state.ts';

/** What an `expect` speaks of. */
export type ExpectSubject =
  | { readonly of: 'function'; readonly fn: FunctionIndex }
  | { readonly of: 'controller'; readonly controller: Controller; readonly its: Its | undefined }
  | { readonly of: 'vm'; readonly vm: GuestNumber }
  | { readonly of: 'cpu'; readonly cpu: number }
  | { readonly of: 'machine' };

/** Compares each expectation with the state. What cannot be told of the subject is not met. */
export function checkExpectations(
  state: MachineState,
  subject: ExpectSubject,
  expectations: readonly Expectation[],
): ExpectationResult[] {
  return expectations.map((expectation) => {
    const found = actual(state, subject, expectation.key);
    const fn = subject.of === 'function' ? subject.fn : undefined;
    const of = subject.of === 'vm' ? { vm: subject.vm } : subject.of === 'cpu' ? { cpu: subject.cpu } : {};
    const about = { expectation, fn, ...of };
    if (found === undefined) {
      return { ...about, met: false, got: 'nothing', reason: unknownReason(subject, expectation.key) };
    }
    const met = accepted(expectation.accepts, found);
    return { ...about, met, got: found, reason: met ? '' : reasonFor(state, subject, expectation.key) };
  });
}

/** The value that `expect` calls `key`; undefined when the subject has none. */
export function actual(state: MachineState, subject: ExpectSubject, key: string): number | string | undefined {
  switch (subject.of) {
    case 'function':
      return ofFunction(state, subject.fn, key);
    case 'controller':
      return ofController(state, subject.controller, subject.its, key);
    case 'vm':
      return ofVm(state, subject.vm, key);
    case 'cpu':
      return ofCpu(state, subject.cpu, key);
    case 'machine':
      return ofMachine(state, key);
  }
}

/** Why there is nothing to compare with. */
const unknownReason = ({ of }: ExpectSubject, key: string): string =>
  of === 'cpu' ? 'only x86 has vectors of each CPU' : `${key} is not known of it`;

function accepted(accepts: Accepts, value: number | string): boolean {
  switch (accepts.is) {
    case 'number':
      return value === accepts.number;
    case 'range':
      return typeof value === 'number' && value >= accepts.from && value <= accepts.to;
    case 'word':
      return value === accepts.word;
    case 'list':
      return accepts.items.some((item) => accepted(item, value));
  }
}

function ofFunction(state: MachineState, fn: FunctionIndex, key: string): number | string | undefined {
  const own = functionState(state, fn);
  switch (key) {
    case 'requester-id':
      return requesterIdOf(state.topology, state.enumeration, fn) ?? 'none';
    case 'device-id': {
      const requester = resolveRequester(state, fn);
      return requester.ok ? requester.value.deviceId : 'none';
    }
    case 'mode':
      return own.mode === 'none' && countVectors(imsState(state, fn).vectors) > 0 ? 'ims' : own.mode;
    case 'vectors':
      return grantedVectors(own) + countVectors(imsState(state, fn).vectors);
    case 'irqs':
      return requestedVectors(own) + requestedVectors(imsState(state, fn));
    case 'present':
      return isPresent(state, fn) ? 1 : 0;
    case 'error':
      return own.errno;
    case 'events':
      return eventsOf(state, fn);
    case 'first-event':
      return eventsOf(state, fn) === 0 ? 'none' : lowest(own.vectors.map(({ data }) => data));
    case 'first-lpi':
      return eventsOf(state, fn) === 0 ? 'none' : lowest(hwirqsOf(state, own).map(({ first }) => first));
    case 'first-irq':
      return lowest(hwirqsOf(state, own).map(({ first }) => first));
    case 'itt-size':
      return tableOf(state, fn)?.ittEntries ?? gicv5TableOf(state, fn)?.events ?? 0;
    case 'lpis':
      return tableOf(state, fn)?.lpiCount ?? gicv5Lpis(state, gicv5TableOf(state, fn));
    case 'managed':
      return managedPerCpu(own.vectors);
    case 'irtes':
      return entriesOf(state, fn);
    case 'lost':
      return lostInterrupts(state, fn);
    default:
      return undefined;
  }
}

function ofVm(state: MachineState, vm: GuestNumber, key: string): number | string | undefined {
  switch (key) {
    case 'state':
      return vmState(state, vm).state;
    case 'error':
      return vmState(state, vm).errno;
    case 'lost':
      return lostByVm(state, vm);
    default:
      return undefined;
  }
}

function ofController(
  state: MachineState,
  controller: Controller,
  its: Its | undefined,
  key: string,
): number | undefined {
  const at = state.topology.machine.controllers.indexOf(controller);
  const current = state.controllers[at];
  if (current === undefined) return undefined;
  if (its !== undefined && current.type === 'gicv3' && key === 'lpis') {
    let lpis = 0;
    for (const device of current.devices[current.gic.itses.indexOf(its)]?.values() ?? []) lpis += device.lpiCount;
    return lpis;
  }
  if (its !== undefined && current.type === 'gicv5' && key === 'lpis') {
    let lpis = 0;
    for (const device of current.devices[current.gic.itses.indexOf(its)]?.values() ?? []) {
      lpis += gicv5Lpis(state, device);
    }
    return lpis;
  }
  return figure(current, key);
}

/** Sums over all functions, or over all controllers. */
function ofMachine(state: MachineState, key: string): number | string | undefined {
  switch (key) {
    case 'failed':
      return state.failed;
    case 'error':
      return state.lastErrno;
    case 'guests':
      return guestsThatFit(state);
    case 'buses':
      return state.topology.rootBuses.length + reachableBuses(state);
    case 'free-slots':
      return freeSlots(state.topology, state.enumeration, presentIn(state)).length;
    case 'present':
      return state.topology.functions.reduce((count, { index }) => count + (isPresent(state, index) ? 1 : 0), 0);
    case 'lpis':
    case 'lpis-free':
    case 'spis':
    case 'spis-free':
    case 'msis':
    case 'msis-free':
    case 'irtes-free':
      return state.controllers.reduce((sum, controller) => sum + (figure(controller, key) ?? 0), 0);
    case 'itt-size':
      return ittEntries(state);
    case 'available':
      return availableOnCpus(state);
    default:
      return overFunctions(state, key);
  }
}

function overFunctions(state: MachineState, key: string): number | undefined {
  if (!['vectors', 'irqs', 'events', 'managed', 'irtes', 'lost'].includes(key)) return undefined;
  let sum = 0;
  for (const fn of state.functions.keys()) {
    const value = ofFunction(state, fn, key);
    if (typeof value === 'number') sum += value;
  }
  return sum;
}

function figure(controller: ControllerState, key: string): number | undefined {
  const figures = withController(controller, (implementation, own) => implementation.figures(own));
  switch (key) {
    case 'lpis':
      return figures?.lpis;
    case 'lpis-free':
      return figures?.lpisFree;
    case 'spis':
      return figures?.spis;
    case 'spis-free':
      return figures?.spisFree;
    case 'irtes':
      return figures?.irtes;
    case 'irtes-free':
      return figures?.irtesFree;
    case 'msis':
      return figures?.msis;
    case 'msis-free':
      return figures?.msisFree;
    default:
      return undefined;
  }
}

/** Entries of interrupt remapping tables a function holds: one per vector, of MSI on Intel the whole power of two. */
function entriesOf(state: MachineState, fn: FunctionIndex): number {
  const own = functionState(state, fn);
  const storage = imsState(state, fn);
  const requester = own.requester ?? storage.requester;
  const vectors = storage.vectors.length === 0 ? own.vectors : [...own.vectors, ...storage.vectors];
  const apic = requester === undefined ? undefined : state.controllers[requester.controller];
  return requester === undefined || apic?.type !== 'x86-apic' ? 0 : remappingEntries(apic, requester, vectors);
}

/** EventIDs a function holds: its vectors, where they go to an ITS. */
function eventsOf(state: MachineState, fn: FunctionIndex): number {
  const { requester, vectors } = functionState(state, fn);
  const type = requester === undefined ? undefined : state.controllers[requester.controller]?.type;
  return type === 'gicv3' || type === 'gicv5' ? countVectors(vectors) : 0;
}

/** The table of a function's DeviceID at a GICv5, whoever owns it. */
function gicv5TableOf(state: MachineState, fn: FunctionIndex): Gicv5Device | undefined {
  const requester = resolveRequester(state, fn);
  const controller = requester.ok ? state.controllers[requester.value.controller] : undefined;
  if (!requester.ok || controller?.type !== 'gicv5') return undefined;
  return gicv5Device(controller, requester.value.its, requester.value.deviceId);
}

/** LPIs of a GICv5's table: those of its owner's vectors. */
const gicv5Lpis = (state: MachineState, device: Gicv5Device | undefined): number =>
  device === undefined ? 0 : countVectors(functionState(state, device.owner).vectors);

/** The table of a function's DeviceID, whoever made it. */
function tableOf(state: MachineState, fn: FunctionIndex): ItsDevice | undefined {
  const requester = resolveRequester(state, fn);
  if (!requester.ok) return undefined;
  const controller = state.controllers[requester.value.controller];
  if (controller?.type !== 'gicv3') return undefined;
  return itsDevice(controller, requester.value.its, requester.value.deviceId);
}

function ittEntries(state: MachineState): number {
  let entries = 0;
  for (const controller of state.controllers) {
    if (controller.type === 'gicv5') {
      for (const devices of controller.devices) for (const { events } of devices.values()) entries += events;
    }
    if (controller.type !== 'gicv3') continue;
    for (const devices of controller.devices) for (const device of devices.values()) entries += device.ittEntries;
  }
  return entries;
}

function reachableBuses(state: MachineState): number {
  let buses = 0;
  for (const range of state.enumeration.ranges.values()) if (range.reachable) buses++;
  return buses;
}

function lowest(numbers: readonly number[]): number | string {
  return numbers.length === 0 ? 'none' : Math.min(...numbers);
}

function reasonFor(state: MachineState, subject: ExpectSubject, key: string): string {
  if (subject.of === 'cpu') return cpuReason(state, subject.cpu);
  if (subject.of !== 'function') return '';
  const { fn } = subject;
  const { errno, mode, vectors } = functionState(state, fn);
  if (!isPresent(state, fn)) return 'it is not plugged in';
  if (requesterIdOf(state.topology, state.enumeration, fn) === undefined) return 'the kernel did not find it';
  if (key === 'device-id') return deviceIdReason(state, fn);
  if (errno !== 'none') return `its last step ended with ${failureText(errno)}`;
  const table = tableOf(state, fn);
  const count = countVectors(vectors);
  const kind = mode === 'msix' ? 'MSI-X' : 'MSI';
  const held = mode === 'intx' ? 'INTx' : `${count} ${count === 1 ? 'vector' : 'vectors'} of ${kind}`;
  if (mode === 'none') return 'it holds no vector';
  if (table === undefined) return `it holds ${held}`;
  const events = table.lpiCount === 1 ? 'one event' : `${table.lpiCount} events`;
  return `it holds ${held}; the table of DeviceID ${hex(table.deviceId)} has ${events}`;
}

/** The way from the requester ID to the DeviceID: the bridge that puts its own in place, and `msi-map`. */
function deviceIdReason(state: MachineState, fn: FunctionIndex): string {
  const requester = resolveRequester(state, fn);
  if (!requester.ok) return `no interrupt controller takes its messages: -${requester.errno}`;
  const { aliasedRequesterId, aliasBridge, deviceId } = requester.value;
  const bridge = aliasBridge === undefined ? undefined : state.topology.functions[aliasBridge];
  const id = hex(aliasedRequesterId);
  const by = bridge === undefined ? `its requester ID is ${id}` : `${bridge.name} gives ${id} to all below it`;
  return deviceId === aliasedRequesterId ? by : `${by}; msi-map makes it ${hex(deviceId)}`;
}
