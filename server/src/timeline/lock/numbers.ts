/**
 * The numbers of a function that others rely on: where it is, what it signals as, which interrupts it has. What a lock file keeps
 * and `irqtopo diff` compares. Keys and values are those of `expect`, but for the address.
 */
import { hex, requesterIdText } from '../../pci/bus.ts';
import { requesterIdOf } from '../../pci/enumeration.ts';
import type { FunctionIndex, PciFunction } from '../../pci/topology.ts';
import { hwirqsOf } from '../hwirqs.ts';
import { resolveRequester } from '../requester.ts';
import { functionState, grantedVectors, isFound, type MachineState } from '../state.ts';

export interface FunctionNumbers {
  readonly name: string;
  /** In a fixed order; what a function does not have is not there. */
  readonly values: ReadonlyMap<NumberKey, string>;
}

export type NumberKey =
  | 'address'
  | 'device-id'
  | 'mode'
  | 'vectors'
  | 'first-event'
  | 'first-lpi'
  | 'first-irq'
  | 'itt-size';

/** All keys, in the order in which they are written. */
export const NUMBER_KEYS: readonly NumberKey[] = [
  'address',
  'device-id',
  'mode',
  'vectors',
  'first-event',
  'first-lpi',
  'first-irq',
  'itt-size',
];

/** The numbers of every function that the operating system has found, in the order of the spec. */
export function allNumbers(state: MachineState): readonly FunctionNumbers[] {
  const found: FunctionNumbers[] = [];
  for (const fn of state.topology.functions) if (isFound(state, fn.index)) found.push(numbersOf(state, fn));
  return found;
}

/** The numbers of a function that was found. */
export function numbersOf(state: MachineState, fn: PciFunction): FunctionNumbers {
  const values = new Map<NumberKey, string>();
  const { topology, enumeration } = state;
  const requesterId = requesterIdOf(topology, enumeration, fn.index) ?? 0;
  const segment = topology.rootBuses[fn.rootBus]?.hostBridge.segment ?? 0;
  values.set('address', `${segment.toString(16).padStart(4, '0')}:${requesterIdText(requesterId)}`);
  const { msi, msix } = fn.node.capabilities;
  if (msi > 0 || msix > 0) addInterrupts(values, state, fn.index);
  return { name: fn.name, values };
}

function addInterrupts(values: Map<NumberKey, string>, state: MachineState, fn: FunctionIndex): void {
  const own = functionState(state, fn);
  const requester = resolveRequester(state, fn);
  const controller = requester.ok ? state.controllers[requester.value.controller] : undefined;
  const hasTables = controller?.type === 'gicv3' || controller?.type === 'gicv5';
  if (requester.ok && hasTables) values.set('device-id', hex(requester.value.deviceId));
  values.set('mode', own.mode);
  if (own.mode === 'none') return;
  values.set('vectors', `${grantedVectors(own)}`);
  if (own.mode === 'intx') return;
  const events = Math.min(...own.vectors.map(({ data }) => data));
  const first = Math.min(...hwirqsOf(state, own).map((run) => run.first));
  if (hasTables) values.set('first-event', `${events}`);
  if (Number.isFinite(first)) {
    if (hasTables) values.set('first-lpi', `${first}`);
    else values.set('first-irq', controller?.type === 'spapr' ? hex(first) : `${first}`);
  }
  if (requester.ok && controller?.type === 'gicv3') {
    const { its, deviceId } = requester.value;
    const table = controller.devices[its]?.get(deviceId);
    if (table !== undefined) values.set('itt-size', `${table.ittEntries}`);
  }
}
