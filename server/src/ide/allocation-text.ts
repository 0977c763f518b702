/** The allocation as a text that people read and compare: an aligned table, which is also markdown. */

import { markdownTable } from 'markdown-table';
import type { Interval } from '../base/intervals.ts';
import { failureText } from '../base/result.ts';
import { hex, requesterIdText } from '../pci/bus.ts';
import type { RuleContext } from '../rules/context.ts';
import { MODE_NAMES } from '../rules/words.ts';
import { type Allocation, allocationAfter, bootAllocation, type CallRow, type FunctionRow } from './allocation.ts';

export { MODE_NAMES };

/** The allocation of a spec: after the boot, and at the end of each scenario with what its steps came to. */
export function allocationText(context: RuleContext): string {
  const parts = ['After the boot', '', ...allocationLines(bootAllocation(context))];
  for (const run of context.runs) {
    const end = allocationAfter(run, run.steps.length - 1);
    parts.push('', `At the end of scenario ${JSON.stringify(run.scenario?.name ?? '')}`, '', ...allocationLines(end));
  }
  return `${parts.join('\n')}\n`;
}

/** The table of functions, and a line for each controller. */
export function allocationLines({ functions, controllers }: Allocation): readonly string[] {
  const totals = controllers.map(({ name, type, interrupts }) =>
    interrupts === undefined
      ? `${name} (${type}): this version does not allocate for it`
      : `${name} (${type}): ${interrupts.used} ${interrupts.kind} taken, ${interrupts.free} free`,
  );
  return [...elementsTable(functions), '', ...totals];
}

/** A line for each function, as a markdown table. */
export function elementsTable(functions: readonly FunctionRow[]): readonly string[] {
  const segments = new Set(functions.map(({ segment }) => segment)).size > 1;
  const rows = functions.map((row) => [
    row.type === undefined ? row.name : `${row.name} : ${row.type}`,
    addressCell(row, segments),
    deviceIdCell(row),
    ittCell(row),
    rangesText(row.events),
    rangesText(row.interrupts),
    resultText(row),
  ]);
  return markdownTable([HEADINGS, ...rows]).split('\n');
}

const HEADINGS = ['function', 'requester ID', 'DeviceID', 'ITT', 'events', 'interrupts', 'result'];

/** `0..3, 8`: both ends included, as the language writes ranges. */
export const rangesText = (ranges: readonly Interval[]): string =>
  ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)).join(', ');

/** What a function came away with: "MSI-X 4 of 2..10", "INTx, -ENOSPC for MSI-X 3". */
export function resultText({ present, bound, calls, mode, vectors, errno, kind }: FunctionRow): string {
  if (!present) return 'absent';
  const call = calls.findLast(({ by }) => by === 'driver') ?? calls[calls.length - 1];
  if (call === undefined)
    return errno === 'none' ? (kind === 'endpoint' || kind === 'vf' ? 'no driver' : '') : failureText(errno);
  if (call.errno !== undefined) return `${failureText(call.errno)}: asked for ${askedText(call)}`;
  // What was granted is given back.
  if (!bound && mode === 'none' && call.granted > 0) return 'no driver bound';
  const asked =
    call.min === call.max && call.max === vectors && call.mode === mode ? '' : ` (asked for ${askedText(call)})`;
  return `${MODE_NAMES[mode]}${mode === 'none' ? '' : ` ${vectors}`}${asked}`;
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
