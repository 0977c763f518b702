/** One function in a hover: what it got, and the chain from its address to its numbers. */

import type { Analysis } from '../analysis/analysis.ts';
import { add, type Interval, size } from '../base/intervals.ts';
import { failureText } from '../base/result.ts';
import type { ItsDevice } from '../controllers/gicv3-its/index.ts';
import { gicv5Cpu } from '../controllers/gicv5-its/index.ts';
import { hex, requesterIdText } from '../pci/bus.ts';
import { msiTargetOf } from '../pci/msi-map.ts';
import { aliasReason, requesterOf } from '../pci/requester.ts';
import { freeSlots } from '../pci/slots.ts';
import type { FunctionIndex, PciFunction } from '../pci/topology.ts';
import { orderRangeOf } from '../rules/probe-orders.ts';
import { rangeText } from '../timeline/orders.ts';
import { callReasons } from '../timeline/reasons.ts';
import { hostBridgeOf } from '../timeline/requester.ts';
import type { Call } from '../timeline/run.ts';
import { functionState, isPresent, type MachineState, presentIn } from '../timeline/state.ts';
import { controllerName, type FunctionRow, functionRow, gicv5IttOf, ittAt, ittOf, lastCalls } from './allocation.ts';
import { askedText, blockText, hexRangesText, MODE_NAMES, rangesText, resultText } from './allocation-text.ts';
import { type DeliveryRow, deliveryText, targetsText } from './delivery.ts';
import { historyText } from './history.ts';
import { functionAgainText } from './hover-again.ts';
import { guestText } from './hover-guests.ts';
import { leftBehindText, sharersOf } from './hover-left-behind.ts';
import type { Moment } from './hover-moment.ts';
import { paragraphs } from './hover-words.ts';

/** Functions that share a DeviceID, and slots, named before "and n more". */
const NAMED = 8;

/** What there is to say of a function at a moment. */
export function functionText(analysis: Analysis, fn: PciFunction, { run, step, result, words }: Moment): string {
  const { state } = result;
  const calls = lastCalls(run.steps.slice(0, step + 1)).get(fn.index) ?? [];
  const row = functionRow(state, fn, calls);
  const gone = isGivenBack(row, calls);
  const below = row.present && fn.node.bridge !== undefined ? belowText(analysis, state, fn) : undefined;
  return paragraphs(
    row.present
      ? `**${summary(row)}** ${words}`
      : `${isPresent(state, fn.index) ? 'Not found by the kernel' : 'Absent'} ${words}.`,
    row.present ? (row.delivery === undefined ? vectorText(row) : deliverySummary(row.delivery)) : undefined,
    row.present ? guestText(state, fn.index) : undefined,
    calls.length === 0 || gone ? numbered(addressLines(state, fn)) : callsText(state, calls),
    row.present ? deliveryText(state, fn.index) : undefined,
    row.present ? tableLine(state, fn) : undefined,
    row.present && gone ? leftBehindText(state, fn.index) : undefined,
    functionAgainText(run, step, fn.index),
    orderText(analysis, fn.index),
    below,
    historyText(analysis, fn),
  );
}

/** What it gets in other orders of probing; undefined where the order changes nothing. */
function orderText(analysis: Analysis, fn: FunctionIndex): string | undefined {
  const range = orderRangeOf(analysis, fn);
  return range && `Depending on the order of probing, it gets ${rangeText(range)} vectors.`;
}

/** The driver has gone: what its calls led to is no longer so. */
const isGivenBack = ({ bound, mode }: FunctionRow, calls: readonly Call[]): boolean =>
  !bound && mode === 'none' && calls.some(({ granted }) => granted > 0);

function summary(row: FunctionRow): string {
  const result = resultText(row);
  const address = row.requesterId === undefined ? '' : requesterIdText(row.requesterId);
  return [address, result].filter((part) => part !== '').join(': ');
}

/** "EventIDs 0..2 of DeviceID 0x0200 are LPIs 8195..8197" */
function vectorText({ vectors, events, interrupts, deviceId, sources }: FunctionRow): string | undefined {
  if (events.length === 0) return undefined;
  if (sources !== undefined) {
    return `${counted('XIRQ', vectors)} ${hexRangesText(interrupts)}; the firmware keeps ${blockText(sources)} for it`;
  }
  if (deviceId === undefined) return `${counted('SPI', vectors)} ${rangesText(interrupts)}`;
  const are = vectors === 1 ? 'is' : 'are';
  return `${counted('EventID', vectors)} ${rangesText(events)} of DeviceID ${hex(deviceId)} ${are} ${counted('LPI', vectors)} ${rangesText(interrupts)}`;
}

/** "Vectors: cpu[0] 34, cpu[3] 34..35; entries 16..18 of remapping unit 0" */
function deliverySummary(delivery: DeliveryRow): string {
  const { managedPerCpu, remapping } = delivery;
  const entries = remapping === undefined ? 0 : size(remapping.entries);
  return [
    `${upper(numbersOf(delivery))}: ${targetsText(delivery, NAMED)}`,
    ...(managedPerCpu === 0 ? [] : [`${managedPerCpu} set aside on each CPU for managed ones`]),
    ...(remapping === undefined
      ? []
      : [`${entries === 1 ? 'entry' : 'entries'} ${rangesText(remapping.entries)} of ${remapping.table}`]),
  ].join('; ');
}

/** "vectors", "identity" */
const numbersOf = ({ of, interrupts: { length } }: DeliveryRow): string =>
  of === 'vectors' ? counted('vector', length) : length === 1 ? 'identity' : 'identities';

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const counted = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** From the address to the DeviceID. */
function addressLines(state: MachineState, fn: PciFunction): readonly string[] {
  const { topology, enumeration } = state;
  const path = requesterOf(topology, enumeration, fn.index);
  const hostBridge = hostBridgeOf(topology, fn);
  if (path === undefined || hostBridge === undefined) return [];
  // Ports pass requester IDs on: what they do not do is no link of the chain.
  const steps = path.chain.filter(({ why }) => why !== 'port').map((link) => aliasReason(topology, link).text);
  const target = msiTargetOf(topology.machine, hostBridge, path.aliasedRequesterId);
  if (!target.ok) return [...steps, `No interrupt controller takes its messages: -${target.errno}`];
  const { controller, its, deviceId, entry } = target.value;
  if (!('itses' in controller) || its === undefined) {
    return [...steps, `Its messages go to ${controllerName(controller, 0)}`];
  }
  const by =
    hostBridge.msi.by === 'parent'
      ? 'No `msi-map`: the'
      : entry === undefined
        ? 'No `msi-map` entry matches: the'
        : '`msi-map`: the';
  const name = controllerName(controller, controller.itses.indexOf(its));
  return [...steps, `${by} DeviceID of requester ID ${hex(path.aliasedRequesterId)} is ${hex(deviceId)} at ${name}`];
}

/** The table of its DeviceID as it is, and who shares it. */
function tableLine(state: MachineState, fn: PciFunction): string | undefined {
  const device = ittOf(state, fn.index);
  if (device === undefined) return gicv5TableLine(state, fn);
  const sharers = sharersOf(state, fn.index).map((sharer) => nameIn(state, sharer));
  const more = sharers.length > NAMED ? ` and ${sharers.length - NAMED} more` : '';
  const shared =
    sharers.length < 2 ? '' : ` Shared, in the order of their events, by ${sharers.slice(0, NAMED).join(', ')}${more}.`;
  return `${tableText(state, device)}.${shared}`;
}

/** "The table (ITT) of DeviceID 0x0200 has 4 entries and is nic0's alone: 3 in use, 1 free" */
function gicv5TableLine(state: MachineState, fn: PciFunction): string | undefined {
  const device = gicv5IttOf(state, fn.index);
  if (device === undefined) return undefined;
  const { deviceId, events, used, owner } = device;
  return `The table (ITT) of DeviceID ${hex(deviceId)} has ${events} ${events === 1 ? 'entry' : 'entries'} and is ${nameIn(state, owner)}'s alone: ${size(used)} in use, ${events - size(used)} free. ${cpusText(state, owner)}`.trimEnd();
}

/** "Of its interrupts, cpu[0] gets LPIs 40..42, cpu[1] gets LPI 43."; nothing on a machine with one CPU. */
function cpusText(state: MachineState, owner: FunctionIndex): string {
  const { requester, vectors } = functionState(state, owner);
  const gic = requester && state.controllers[requester.controller];
  if (gic?.type !== 'gicv5' || gic.targets === undefined) return '';
  const perCpu = new Map<number | undefined, Interval[]>();
  for (const { hwirq, count } of vectors) {
    for (let lpi = hwirq; lpi < hwirq + count; lpi++) {
      const cpu = gicv5Cpu(gic, lpi);
      perCpu.set(cpu, [...add(perCpu.get(cpu) ?? [], lpi, lpi)]);
    }
  }
  const parts = [...perCpu].map(
    ([cpu, lpis]) =>
      `${cpu === undefined ? 'no CPU' : `cpu[${cpu}]`} gets ${counted('LPI', size(lpis))} ${rangesText(lpis)}`,
  );
  return parts.length === 0 ? '' : `Of its interrupts, ${parts.join(', ')}.`;
}

/** "The table (ITT) of DeviceID 0x0200 has 4 entries and LPIs 8195..8198, made when nic0 asked: 3 in use, 1 free" */
function tableText(state: MachineState, device: ItsDevice): string {
  const { deviceId, ittEntries, lpiBase, lpiCount, lpisRequested, used, createdBy } = device;
  const short = lpiCount < lpisRequested ? ` (${lpisRequested} were wanted)` : '';
  const lpis = rangesText([{ first: lpiBase, last: lpiBase + lpiCount - 1 }]);
  return (
    `The table (ITT) of DeviceID ${hex(deviceId)} has ${ittEntries} entries and ${counted('LPI', lpiCount)} ${lpis}${short}, ` +
    `made when ${nameIn(state, createdBy)} asked: ${size(used)} in use, ${lpiCount - size(used)} free`
  );
}

/** Each call of the driver with what led to its result. What the calls before have said is not said again. */
function callsText(state: MachineState, calls: readonly Call[]): string {
  const said = new Set<string>();
  let before = '';
  return paragraphs(
    ...calls.map((call) => {
      const { request, granted, mode, errno } = call;
      const { min, max } = request;
      const asked = askedText({ mode: request.mode, min, max });
      const got = errno === undefined ? `${MODE_NAMES[mode]} ${granted} granted` : failureText(errno);
      const reasons = callReasons(state, call).filter(({ text }) => !said.has(text));
      for (const { text } of reasons) said.add(text);
      const lines = reasons.map(({ text, source }) => (source === undefined ? text : `${text} *(${source})*`));
      const head = `${ASKERS[call.by]} for ${asksWhat(call)}${asked}: ${got}`;
      const again = head === before && lines.length === 0;
      before = head;
      return again ? `The same again: ${got}` : `${head}\n${numbered(lines)}`.trimEnd();
    }),
  );
}

/** A port's driver asks for all there are, up to 32, and then for what its services need (pcie_port_enable_irq_vec). */
function asksWhat({ by, rung }: Call): string {
  if (by !== 'port') return '';
  return rung === 0 ? 'all there are, at most 32, ' : 'what its services need, ';
}

const ASKERS: Readonly<Record<Call['by'], string>> = {
  driver: 'Its driver asks',
  port: 'The port driver asks',
  shpc: 'The hot-plug driver asks',
};

/** What is behind a bridge: its buses, the DeviceID of what is below and what is left of its table, free slots. */
function belowText(analysis: Analysis, state: MachineState, fn: PciFunction): string | undefined {
  const { topology, enumeration } = state;
  const range = enumeration.ranges.get(fn.index);
  if (range === undefined) return 'No bus number is left for what is behind it.';
  const bus = (number: number) => number.toString(16).padStart(2, '0');
  const buses =
    range.secondary === range.subordinate
      ? `bus ${bus(range.secondary)}`
      : `buses ${bus(range.secondary)}..${bus(range.subordinate)}`;
  const slots = freeSlots(topology, enumeration, presentIn(state)).filter(({ bridge }) => bridge === fn.index);
  const places = slots.slice(0, NAMED).map(({ device }) => `${device.toString(16).padStart(2, '0')}.0`);
  const more = slots.length > NAMED ? ` and ${slots.length - NAMED} more` : '';
  const hotplug = fn.node.bridge?.hotplug ?? 'none';
  const plug =
    hotplug === 'none'
      ? 'Nothing can be plugged in below.'
      : `Hot-plug (${hotplug}): ${slots.length === 0 ? 'no free slot' : `free ${places.join(', ')}${more}`}.`;
  return paragraphs(`Behind it: ${buses}. ${plug}`, aliasText(analysis, state, fn, range.secondary));
}

function aliasText({ machine }: Analysis, state: MachineState, fn: PciFunction, secondary: number): string | undefined {
  const alias = fn.node.bridge?.alias ?? 'none';
  if (alias === 'none') return 'Each function below signals with its own requester ID and has a table of its own.';
  const own = functionRow(state, fn, []).requesterId ?? 0;
  const requesterId = alias === 'secondary' ? secondary << 8 : own;
  const hostBridge = hostBridgeOf(state.topology, fn);
  const target = hostBridge && msiTargetOf(machine, hostBridge, requesterId);
  if (target === undefined || !target.ok) return undefined;
  const { deviceId, controller, its } = target.value;
  if (controller.type === 'gicv5') {
    return `All below signal as ${requesterIdText(requesterId)}: one DeviceID, ${hex(deviceId)}, which a GICv5 registers for one function only.`;
  }
  if (controller.type !== 'gicv3') return undefined;
  const device = controller.type === 'gicv3' && its !== undefined ? ittAt(state, controller, its, deviceId) : undefined;
  return paragraphs(
    `All below signal as ${requesterIdText(requesterId)}: one DeviceID, ${hex(deviceId)}, and one table for all of them.`,
    device === undefined ? 'Nothing has asked for a vector there yet.' : `${tableText(state, device)}.`,
  );
}

const nameIn = ({ topology }: MachineState, fn: FunctionIndex): string => topology.functions[fn]?.name ?? '';

const numbered = (lines: readonly string[]): string => lines.map((line, i) => `${i + 1}. ${line}`).join('\n');
