/** How far the bus numbers of a host bridge go, and the ECAM window they need. */
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { HostBridge } from '../model/machine.ts';
import { ECAM_BYTES_PER_BUS, lastBusOfWindow, MAX_BUS } from '../pci/bus.ts';
import { enumerationAfterBoot } from '../rules/sharing.ts';
import { setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';
import { blockOf } from './places.ts';

/** The highest bus number in use below a host bridge after boot, expanders included. */
export function highestBus(context: FixContext, hostBridge: HostBridge): number {
  const { functions, rootBuses } = context.topology;
  let highest = hostBridge.busRange?.first ?? 0;
  for (const [index, range] of enumerationAfterBoot(context).ranges) {
    const root = rootBuses[functions[index]?.rootBus ?? -1];
    // Past the window a subordinate number is the end of what was left, not of what is needed.
    if (root?.hostBridge === hostBridge) highest = Math.max(highest, range.secondary, reached(range, hostBridge));
  }
  return highest;
}

const reached = (range: { readonly subordinate: number }, hostBridge: HostBridge): number =>
  Math.min(range.subordinate, lastBusOfWindow(hostBridge));

/** The smallest window, a power of two of MiB, whose buses reach a number; undefined past 256. */
export function ecamFor(hostBridge: HostBridge, lastBus: number): string | undefined {
  if (lastBus > MAX_BUS) return undefined;
  const buses = lastBus - (hostBridge.busRange?.first ?? 0) + 1;
  return `${roundUpToPowerOfTwo(buses)}MiB`;
}

export interface EcamChange {
  readonly edits: readonly TextEdit[];
  /** `an ECAM of 64MiB`; undefined when the window is wide enough as it is. */
  readonly cost: string | undefined;
}

/** What to do to the ECAM window for this many more buses; undefined when there can be no such window. */
export function roomForBuses(context: FixContext, hostBridge: HostBridge, more: number): EcamChange | undefined {
  const last = highestBus(context, hostBridge) + more;
  if (last <= lastBusOfWindow(hostBridge)) return { edits: [], cost: undefined };
  const edits = widenEcam(context, hostBridge, last);
  const size = ecamFor(hostBridge, last);
  return edits && { edits, cost: `an ECAM of ${size} instead of ${hostBridge.ecamBytes / ECAM_BYTES_PER_BUS}MiB` };
}

/** Writes the ECAM window, and the end of a written bus range, so that they reach a bus number. */
export function widenEcam(context: FixContext, hostBridge: HostBridge, last: number): readonly TextEdit[] | undefined {
  const size = ecamFor(hostBridge, last);
  const block = blockOf(context, hostBridge.decl);
  if (size === undefined || block === undefined) return undefined;
  const { busRange } = hostBridge;
  const range =
    busRange && busRange.last < last ? setProperty(context.tree, block, 'bus-range', `${busRange.first}..${last}`) : [];
  return [...setProperty(context.tree, block, 'ecam', size), ...range];
}
