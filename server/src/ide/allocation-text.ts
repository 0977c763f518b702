/** The allocation as a text that people read and compare: an aligned table, which is also markdown. */

import { markdownTable } from 'markdown-table';
import type { Interval } from '../base/intervals.ts';
import { failureText } from '../base/result.ts';
import { hex, requesterIdText } from '../pci/bus.ts';
import type { RuleContext } from '../rules/context.ts';
import { orderDependence } from '../rules/probe-orders.ts';
import { MODE_NAMES } from '../rules/words.ts';
import { rangeText } from '../timeline/orders.ts';
import {
  type Allocation,
  allocationAfter,
  bootAllocation,
  type CallRow,
  type ControllerRow,
  type FunctionRow,
  type GuestUse,
} from './allocation.ts';
import { targetsText } from './delivery.ts';

export { MODE_NAMES };

/** The allocation of a spec: after the boot, and at the end of each scenario with what its steps came to. */
export function allocationText(context: RuleContext): string {
  const parts = ['After the boot', '', ...allocationLines(bootAllocation(context)), ...orderLines(context)];
  for (const run of context.runs) {
    const end = allocationAfter(run, run.steps.length - 1);
    parts.push('', `At the end of scenario ${JSON.stringify(run.scenario?.name ?? '')}`, '', ...allocationLines(end));
  }
  return `${parts.join('\n')}\n`;
}

/** Functions that share a table and get other numbers of vectors in other orders of probing. */
function orderLines(context: RuleContext): readonly string[] {
  return orderDependence(context).flatMap(({ ranges }) =>
    [...ranges.values()].map(
      (range) =>
        `${context.topology.functions[range.fn]?.name ?? ''}: ${rangeText(range)} vectors, depending on the order of probing`,
    ),
  );
}

/** The table of functions, and a line for each controller. */
export function allocationLines({ functions, controllers }: Allocation): readonly string[] {
  const totals = controllers.map((controller) => `${controller.name} (${controller.type}): ${totalText(controller)}`);
  return [...elementsTable(functions), '', ...totals];
}

/** "20 CPU vectors taken, 784 free; 18 promised; 41 remapping entries taken, 65495 free" */
export function totalText({ interrupts, promised = 0, entries }: ControllerRow): string {
  if (interrupts === undefined) return 'this version does not allocate for it';
  const free = entries?.free === undefined ? '' : `, ${entries.free} free`;
  return [
    `${interrupts.used} ${interrupts.kind} taken, ${interrupts.free} free`,
    ...(promised === 0 ? [] : [`${promised} promised`]),
    ...(entries === undefined ? [] : [`${entries.used} remapping entries taken${free}`]),
  ].join('; ');
}

/** A line for each function, as a markdown table. */
export function elementsTable(functions: readonly FunctionRow[]): readonly string[] {
  const segments = new Set(functions.map(({ segment }) => segment)).size > 1;
  const of = functions.find(({ delivery }) => delivery !== undefined)?.delivery?.of;
  const isPseries = functions.some(({ sources }) => sources !== undefined);
  const columns = isPseries
    ? PSERIES_COLUMNS
    : of === undefined
      ? COLUMNS
      : of === 'vectors'
        ? X86_COLUMNS
        : IMSIC_COLUMNS;
  const rows = functions.map((row) => columns.map(([, cell]) => cell(row, segments)));
  return markdownTable([columns.map(([heading]) => heading), ...rows]).split('\n');
}

/** A heading, and what stands below it. */
type Column = readonly [heading: string, cell: (row: FunctionRow, withSegment: boolean) => string];

const FUNCTION: Column = ['function', ({ name, type }) => (type === undefined ? name : `${name} : ${type}`)];
const REQUESTER_ID: Column = ['requester ID', (row, withSegment) => addressCell(row, withSegment)];
const RESULT: Column = ['result', (row) => resultText(row)];

const COLUMNS: readonly Column[] = [
  FUNCTION,
  REQUESTER_ID,
  ['DeviceID', (row) => deviceIdCell(row)],
  ['ITT', (row) => ittCell(row)],
  ['events', (row) => rangesText(row.events)],
  ['interrupts', (row) => rangesText(row.interrupts)],
  RESULT,
];

/** CPUs named in a cell before "and n more". */
const CPUS_NAMED = 4;

/** Where interrupts are vectors of CPUs, there are no DeviceIDs, tables and events. */
const X86_COLUMNS: readonly Column[] = [
  FUNCTION,
  REQUESTER_ID,
  ['entries', ({ delivery }) => rangesText(delivery?.remapping?.entries ?? [])],
  ['irqs', ({ interrupts }) => rangesText(interrupts)],
  ['vectors', ({ delivery }) => (delivery === undefined ? '' : targetsText(delivery, CPUS_NAMED))],
  RESULT,
];

/** An IMSIC has nothing else to give out. */
const IMSIC_COLUMNS: readonly Column[] = [
  FUNCTION,
  REQUESTER_ID,
  ['identities', ({ delivery }) => (delivery === undefined ? '' : targetsText(delivery, CPUS_NAMED))],
  RESULT,
];

/** The firmware of a pseries machine keeps a block of sources for each function, of which its vectors are the first. */
const PSERIES_COLUMNS: readonly Column[] = [
  FUNCTION,
  REQUESTER_ID,
  ['XIRQs', (row) => (row.present ? interruptsText(row) : '')],
  ['block', ({ sources }) => (sources === undefined ? '' : blockText(sources))],
  RESULT,
];

/** The numbers of a function's interrupts, as the platform writes them. */
export const interruptsText = ({ interrupts, sources }: FunctionRow): string =>
  sources === undefined ? rangesText(interrupts) : hexRangesText(interrupts);

/** "64 from 0x1304" */
export const blockText = ({ first, last }: Interval): string => `${last - first + 1} from ${hex(first)}`;

/** `0x1300..0x1303` */
export const hexRangesText = (ranges: readonly Interval[]): string =>
  ranges.map(({ first, last }) => (first === last ? hex(first) : `${hex(first)}..${hex(last)}`)).join(', ');

/** `0..3, 8`: both ends included, as the language writes ranges. */
export const rangesText = (ranges: readonly Interval[]): string =>
  ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)).join(', ');

/** What a function came away with: "MSI-X 4 of 2..10", "INTx, -ENOSPC for MSI-X 3". */
export function resultText(row: FunctionRow): string {
  const { present, bound, calls, mode, vectors, errno, kind, guest, storage } = row;
  if (!present) return 'absent';
  if (guest !== undefined) return guestText(row, guest);
  const call = calls.findLast(({ by }) => by === 'driver') ?? calls[calls.length - 1];
  if (call === undefined)
    return errno === 'none' ? (kind === 'endpoint' || kind === 'vf' ? 'no driver' : '') : failureText(errno);
  if (call.errno !== undefined) return `${failureText(call.errno)}: asked for ${askedText(call)}`;
  // What was granted is given back.
  if (!bound && mode === 'none' && call.granted > 0) return 'no driver bound';
  const isAsGranted = call.min === call.max && call.max === vectors && call.mode === mode;
  const asked = isAsGranted || call.max === storage ? '' : ` (asked for ${askedText(call)})`;
  const messages = mode === 'none' ? '' : `${MODE_NAMES[mode]} ${vectors}`;
  const entries = storage === undefined ? '' : `IMS ${storage}`;
  return `${[messages, entries].filter((part) => part !== '').join(', ') || MODE_NAMES.none}${asked}`;
}

/** Of a function that a VM has: "g[3]: MSI-X 16, 16 unmasked", "for g[3]". */
function guestText({ mode, vectors, errno, storage }: FunctionRow, { name, use }: GuestUse): string {
  if (use === undefined) return errno === 'none' ? `for ${name}` : `for ${name}: ${failureText(errno)}`;
  const messages = mode === 'none' ? 'none' : `${MODE_NAMES[mode]} ${vectors}`;
  const unmasked = use.unmasked === vectors && use.handlers === vectors ? [] : [`${use.unmasked} unmasked`];
  const parts = [messages, ...unmasked, ...(storage === undefined ? [] : [`IMS ${storage}`])];
  return `${name}: ${parts.join(', ')}${use.lost === 0 ? '' : `, ${use.lost} lost`}${errno === 'none' ? '' : `, ${failureText(errno)}`}`;
}

/** "MSI-X 2..10" */
export const askedText = ({ mode, min, max }: Pick<CallRow, 'mode' | 'min' | 'max'>): string =>
  `${MODE_NAMES[mode]} ${min === max ? min : `${min}..${max}`}`;

function addressCell({ requesterId, segment, present }: FunctionRow, withSegment: boolean): string {
  if (requesterId === undefined || !present) return '';
  const domain = withSegment ? `${segment.toString(16).padStart(4, '0')}:` : '';
  return `${domain}${requesterIdText(requesterId)} ${hex(requesterId)}`;
}

function deviceIdCell({ deviceId, alias, controller, present }: FunctionRow): string {
  if (deviceId === undefined || !present) return '';
  const via = alias === undefined ? '' : ` via ${alias.bridge} ${requesterIdText(alias.requesterId)}`;
  return `${hex(deviceId)} at ${controller}${via}`;
}

function ittCell({ itt, present }: FunctionRow): string {
  if (itt === undefined || !present) return '';
  return `${itt.eventsUsed} of ${itt.entries}${itt.shared ? ', shared' : ''}`;
}
