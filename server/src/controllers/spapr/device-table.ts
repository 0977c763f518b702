/**
 * ibm,change-msi up to QEMU 2.0 (hw/ppc/spapr_pci.c: spapr_msicfg_find, SPAPR_MSIX_MAX_DEVS): each host bridge has a table of 32
 * devices, found by config_addr. An entry is never free again, its block never given back, its count never changed.
 */
import type { MessageMode } from '../controller.ts';
import type { ChangedMsi, PciTarget } from './change-msi.ts';
import { takeBlock } from './source-space.ts';
import { type SpaprState, slotKey } from './state.ts';

/** SPAPR_MSIX_MAX_DEVS */
export const mostTableDevices = 32;

/** A function that has its entry gets its block again, if it asks for as many; another one takes an entry and new numbers. */
export function changeMsiByTable(state: SpaprState, target: PciTarget, mode: MessageMode, asked: number): ChangedMsi {
  const key = slotKey(target);
  const known = state.blocks.get(key);
  if (known !== undefined) {
    if (known.count !== asked) return { state, answer: { is: 'refused', status: -1 } };
    return { state, answer: { is: 'granted', mode, block: known, freed: undefined } };
  }
  const entries = state.tableEntries.get(target.segment) ?? 0;
  if (entries >= mostTableDevices) return { state, answer: { is: 'refused', status: -1 } };
  const taken = takeBlock(state.space, asked, mode);
  if (taken.is === 'aborted') return { state, answer: taken };
  if (taken.is === 'none') return { state: { ...state, space: taken.space }, answer: { is: 'refused', status: -1 } };
  const { space, block } = taken;
  const blocks = state.blocks.set(key, block);
  const tableEntries = state.tableEntries.set(target.segment, entries + 1);
  return { state: { ...state, space, blocks, tableEntries }, answer: { is: 'granted', mode, block, freed: undefined } };
}

/** Says so and keeps everything. */
export function releaseByTable(state: SpaprState): ChangedMsi {
  return { state, answer: { is: 'released', freed: undefined } };
}
