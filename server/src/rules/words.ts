/** Numbers with their nouns, as sentences have them. */
import type { Intervals } from '../base/intervals.ts';

/** "1 event", "8 events", "no events". */
export const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;

/** "the 8 events", "the one event". */
export const theCounted = (count: number, noun: string): string =>
  count === 1 ? `the one ${noun}` : `the ${count} ${noun}s`;

/** "entry 7", "entries 0..3 and 7". */
export function entriesText(entries: Intervals): string {
  const parts = entries.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`));
  const [only] = entries;
  if (entries.length === 1 && only?.first === only?.last) return `entry ${parts[0]}`;
  return `entries ${parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`}`;
}

/** A sentence from its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How the field writes the modes. */
export const MODE_NAMES = { msix: 'MSI-X', msi: 'MSI', intx: 'INTx', ims: 'IMS', none: 'nothing' } as const;
