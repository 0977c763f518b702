/** What a driver that goes gives back, and what stays of it in a table that others may share. */
import { size } from '../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import { hex } from '../pci/bus.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { hwirqsOf } from '../timeline/hwirqs.ts';
import { resolveRequester } from '../timeline/requester.ts';
import { countVectors, functionState, type MachineState } from '../timeline/state.ts';
import { ittOf } from './allocation.ts';
import { rangesText } from './allocation-text.ts';

/** The functions with events in the table of a function's DeviceID, in the order of their events. */
export function sharersOf(state: MachineState, fn: FunctionIndex): readonly FunctionIndex[] {
  const own = resolveRequester(state, fn);
  if (!own.ok) return [];
  const { deviceId, its, controller } = own.value;
  const sharers: { readonly fn: FunctionIndex; readonly event: number }[] = [];
  for (const [other, { requester, vectors }] of state.functions.entries()) {
    const same = requester?.deviceId === deviceId && requester.its === its && requester.controller === controller;
    const event = vectors[0]?.data;
    if (same && event !== undefined) sharers.push({ fn: other, event });
  }
  return sharers.sort((a, b) => a.event - b.event).map((sharer) => sharer.fn);
}

/** What is in a function's table although no function holds it; undefined where nothing is. */
export function leftBehindText(state: MachineState, fn: FunctionIndex): string | undefined {
  const left = leftBehind(state, fn);
  if (left === 0) return undefined;
  return `Left behind: ${left} ${left === 1 ? 'event that no function holds' : 'events that no function holds'}; ${left === 1 ? 'it keeps' : 'they keep'} the table and its LPIs.`;
}

/** Events in a function's table that no function holds. */
function leftBehind(state: MachineState, fn: FunctionIndex): number {
  const device = ittOf(state, fn);
  return device === undefined ? 0 : Math.max(0, size(device.used) - heldBy(state, sharersOf(state, fn)));
}

/** Events that functions hold: several MSI messages are one aligned run of a power of two (its_alloc_device_irq). */
function heldBy(state: MachineState, functions: readonly FunctionIndex[]): number {
  let events = 0;
  for (const fn of functions) {
    const { mode, vectors } = functionState(state, fn);
    const count = countVectors(vectors);
    events += mode === 'msi' ? roundUpToPowerOfTwo(count) : count;
  }
  return events;
}

/** What a function gave back between two moments, and what became of its table; undefined where it had no driver. */
export function givenBackText(before: MachineState, after: MachineState, fn: FunctionIndex): string | undefined {
  const had = functionState(before, fn);
  const has = functionState(after, fn);
  if (had.driver === undefined || has.driver !== undefined) return undefined;
  if (had.vectors.length === 0) return 'its driver has gone; it held no messages';
  const count = countVectors(had.vectors);
  const s = count === 1 ? '' : 's';
  const interrupts = rangesText(hwirqsOf(before, had));
  const { requester } = had;
  const own = requester && before.controllers[requester.controller];
  if (own?.type !== 'gicv3') return `gives back ${count} vector${s} (${interrupts})`;
  return `gives back ${count} event${s} (LPI${s} ${interrupts}); ${tableText(before, after, fn)}`;
}

function tableText(before: MachineState, after: MachineState, fn: FunctionIndex): string {
  const was = ittOf(before, fn);
  if (was === undefined) return 'it has no table';
  const id = hex(was.deviceId);
  const its = resolveRequester(before, fn);
  const own = its.ok ? after.controllers[its.value.controller] : undefined;
  const is = own?.type === 'gicv3' && its.ok ? own.devices[its.value.its]?.get(was.deviceId) : undefined;
  if (is === undefined)
    return `the table of DeviceID ${id} and its ${was.lpiCount} LPI${was.lpiCount === 1 ? '' : 's'} are free again`;
  return `the table of DeviceID ${id} stays: ${size(is.used)} in use, ${is.lpiCount - size(is.used)} free`;
}
