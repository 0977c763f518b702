/**
 * What of a pseries machine's interrupts goes along in a migration (hw/ppc/spapr_pci.c: spapr_pci_pre_save, msi_devs; hw/ppc/spapr.c:
 * spapr_irq_map): the list of functions with first number and count. The other end must number alike.
 */
import type { Arrival, ControllerDifference } from '../arrival.ts';
import { claimedAtBoot, type Numbering } from './source-space.ts';
import { type PciSlot, type SpaprState, slotKey, slotOf } from './state.ts';

/** One entry of the stream. */
export interface MigratedFunction extends PciSlot {
  readonly first: number;
  readonly count: number;
}

/** Why two ends do not agree. */
export type Disagreement =
  /** They give numbers out differently, or have different ones. */
  | { readonly on: 'numbering' }
  /** Numbers claimed at power on differ: other host bridges, CPUs or virtual devices. */
  | { readonly on: 'boot-sources' }
  /** A function's sources are not the same; undefined: it has none at that end. */
  | {
      readonly on: 'function';
      readonly slot: PciSlot;
      readonly here: MigratedFunction | undefined;
      readonly there: MigratedFunction | undefined;
    };

/** The functions that hold sources, in order of host bridge and address. */
export function migrationList(state: SpaprState): MigratedFunction[] {
  const list: MigratedFunction[] = [];
  for (const [key, { first, count }] of state.blocks.entries()) list.push({ ...slotOf(key), first, count });
  return list.sort((a, b) => slotKey(a) - slotKey(b));
}

/** What differs between the two ends of a migration; nothing when they agree. */
export function disagreements(here: SpaprState, there: SpaprState): Disagreement[] {
  const found: Disagreement[] = [];
  if (!sameLayout(here, there)) found.push({ on: 'numbering' });
  else if (!sameBoot(here, there)) found.push({ on: 'boot-sources' });
  const hereByKey = byKey(here);
  const thereByKey = byKey(there);
  const keys = [...new Set([...hereByKey.keys(), ...thereByKey.keys()])].sort((a, b) => a - b);
  for (const key of keys) {
    const a = hereByKey.get(key);
    const b = thereByKey.get(key);
    if (a?.first === b?.first && a?.count === b?.count) continue;
    found.push({ on: 'function', slot: slotOf(key), here: a, there: b });
  }
  return found;
}

/**
 * Whether a machine that has just been made, without any function's MSIs, can take the stream: it numbers alike and claimed the same
 * at power on.
 */
export function canReceive(source: SpaprState, target: SpaprState): boolean {
  return sameLayout(source, target) && sameBoot(source, target);
}

/** The target with the source's list loaded; undefined when it cannot take it. */
export function received(source: SpaprState, target: SpaprState): SpaprState | undefined {
  if (!canReceive(source, target)) return undefined;
  const { space, blocks, tableEntries, granted } = source;
  return { ...target, space: { ...target.space, free: space.free }, blocks, tableEntries, granted };
}

function byKey(state: SpaprState): Map<number, MigratedFunction> {
  return new Map(migrationList(state).map((one) => [slotKey(one), one]));
}

function sameLayout({ space: a }: SpaprState, { space: b }: SpaprState): boolean {
  return (
    a.numbering === b.numbering &&
    a.firstSource === b.firstSource &&
    a.lastSource === b.lastSource &&
    a.firstMsi === b.firstMsi
  );
}

function sameBoot({ space: a }: SpaprState, { space: b }: SpaprState): boolean {
  return JSON.stringify([a.lsis, a.others]) === JSON.stringify([b.lsis, b.others]);
}

/**
 * The firmware's list and the numbers claimed, as the guest has them. Where the other machine numbers otherwise nothing is loaded;
 * what follows is then told as if it did as this one.
 */
export function arriveSpapr(here: SpaprState, there: SpaprState): Arrival<SpaprState> {
  const differences: ControllerDifference[] = [];
  const differ = (what: string, a: string, b: string, source: string) => {
    if (a !== b) differences.push({ what, here: a, there: b, end: 'refused', source });
  };
  differ(
    'the interrupt mode',
    here.controller.type,
    there.controller.type,
    'spapr_irq, hw/ppc/spapr_irq.c: the presenters are other devices',
  );
  if (!sameLayout(here, there)) {
    differ(
      'the interrupt sources',
      sourcesText(here),
      sourcesText(there),
      'vmstate_spapr_irq_map, hw/ppc/spapr.c; vmstate_ics, hw/intc/xics.c',
    );
  } else if (!sameBoot(here, there)) {
    differ(
      'the sources taken at power on',
      claimedAtBoot(here.space),
      claimedAtBoot(there.space),
      'vmstate_spapr_pci_lsi, hw/ppc/spapr_pci.c: VMSTATE_UINT32_EQUAL(irq)',
    );
  }
  const { space, blocks, tableEntries, granted } = here;
  const arrived = received(here, there) ?? { ...there, space, blocks, tableEntries, granted };
  return { state: arrived, differences };
}

const NUMBERINGS: Readonly<Record<Numbering, string>> = {
  'per-type': 'MSIs of their own',
  'one-pool': 'one pool for all',
  counted: 'one pool, counted upwards',
};

const sourcesText = ({ space }: SpaprState): string =>
  `${NUMBERINGS[space.numbering]}, 0x${space.firstMsi.toString(16)}..0x${space.lastSource.toString(16)}`;
