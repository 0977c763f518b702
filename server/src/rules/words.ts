/** Numbers with their nouns, as sentences have them. */

/** "1 event", "8 events", "no events". */
export const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;

/** "the 8 events", "the one event". */
export const theCounted = (count: number, noun: string): string =>
  count === 1 ? `the one ${noun}` : `the ${count} ${noun}s`;

/** A sentence from its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** How the field writes the modes. */
export const MODE_NAMES = { msix: 'MSI-X', msi: 'MSI', intx: 'INTx', ims: 'IMS', none: 'nothing' } as const;
