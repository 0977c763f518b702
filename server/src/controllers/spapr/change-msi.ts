/** ibm,change-msi and ibm,query-interrupt-source-number as QEMU answers them: hw/ppc/spapr_pci.c, 2.1 to 10.0; older in ./device-table.ts. */
import type { MessageMode } from '../controller.ts';
import { changeMsiByTable, releaseByTable } from './device-table.ts';
import { type AbortReason, type MsiBlock, returnBlock, takeBlock } from './source-space.ts';
import { type PciSlot, type SpaprState, slotKey } from './state.ts';

/** The functions of the call (PAPR): all others, 5 and 6 for 32-bit addresses among them, are not implemented. */
export const changeFunction = { either: 1, msi: 3, msix: 4, msi32: 5, msix32: 6 } as const;

/** Status words (RTAS_OUT_HW_ERROR, RTAS_OUT_PARAM_ERROR). */
export const rtasStatus = { success: 0, hardwareError: -1, parameterError: -3 } as const;

/** A function as QEMU's call sees it. */
export interface PciTarget extends PciSlot {
  /** The Multiple Message Enable field as a count, which is 1 until somebody writes it; 0 without MSI. */
  readonly messagesEnabled: number;
  /** 0 without MSI-X. */
  readonly msixEntries: number;
}

export type ChangeMsiAnswer =
  | {
      readonly is: 'granted';
      readonly mode: MessageMode;
      readonly block: MsiBlock;
      readonly freed: MsiBlock | undefined;
    }
  /** Success, but nothing was done: more was asked than the function has. The caller must ask again. */
  | { readonly is: 'too-many'; readonly mode: MessageMode; readonly offered: number }
  /** `freed`: QEMU up to 2.0 keeps the block. */
  | { readonly is: 'released'; readonly freed: MsiBlock | undefined }
  | { readonly is: 'refused'; readonly status: -1 | -3 }
  /** QEMU itself ends: nobody gets an answer. */
  | { readonly is: 'aborted'; readonly reason: AbortReason };

export interface ChangedMsi {
  readonly state: SpaprState;
  readonly answer: ChangeMsiAnswer;
}

/**
 * One call.
 * @param target undefined: no such host bridge or function
 * @param asked 0: release
 */
export function changeMsi(state: SpaprState, target: PciTarget | undefined, called: number, asked: number): ChangedMsi {
  const mode = target === undefined ? undefined : modeOf(state, target, called);
  if (target === undefined || mode === undefined) return refused(state, rtasStatus.parameterError);
  if (asked === 0) return release(state, target);
  if (state.space.numbering === 'counted') return changeMsiByTable(state, target, mode, asked);
  const offered = mode === 'msi' ? target.messagesEnabled : target.msixEntries;
  if (asked > offered) return { state, answer: { is: 'too-many', mode, offered } };
  const taken = takeBlock(state.space, asked, mode);
  if (taken.is === 'aborted') return { state, answer: taken };
  if (taken.is === 'none') return refused(state, rtasStatus.hardwareError);
  const { block } = taken;
  // The old block goes when the new one is there already: a change needs room for both.
  const freed = state.blocks.get(slotKey(target));
  const space = freed === undefined ? taken.space : returnBlock(taken.space, freed);
  const blocks = state.blocks.set(slotKey(target), block);
  return { state: { ...state, space, blocks }, answer: { is: 'granted', mode, block, freed } };
}

export type SourceAnswer =
  | { readonly status: 0; readonly source: number }
  | { readonly status: -1 | -3; readonly source: undefined };

/**
 * ibm,query-interrupt-source-number: the source of a function's vector. What an earlier function in the slot left claimed is
 * answered, too.
 * @param exists whether a function is in the slot
 */
export function querySource(state: SpaprState, slot: PciSlot, exists: boolean, vector: number): SourceAnswer {
  if (!exists) return { status: rtasStatus.parameterError, source: undefined };
  const block = state.blocks.get(slotKey(slot));
  if (block === undefined || vector >= block.count) return { status: rtasStatus.hardwareError, source: undefined };
  return { status: rtasStatus.success, source: block.first + vector };
}

function release(state: SpaprState, target: PciTarget): ChangedMsi {
  const key = slotKey(target);
  const freed = state.blocks.get(key);
  if (freed === undefined) return refused(state, rtasStatus.hardwareError);
  if (state.space.numbering === 'counted') return releaseByTable(state);
  const blocks = state.blocks.delete(key);
  return { state: { ...state, space: returnBlock(state.space, freed), blocks }, answer: { is: 'released', freed } };
}

/** What a function number asks for; undefined: not implemented, or the function lacks the capability. */
function modeOf(state: SpaprState, target: PciTarget, called: number): MessageMode | undefined {
  const msi = target.messagesEnabled > 0;
  const msix = target.msixEntries > 0;
  // QEMU up to 2.0 did not look at the capabilities.
  const looks = state.space.numbering !== 'counted';
  switch (called) {
    case changeFunction.either:
      if (msi || !looks) return 'msi';
      return msix ? 'msix' : undefined;
    case changeFunction.msi:
      return msi || !looks ? 'msi' : undefined;
    case changeFunction.msix:
      return msix || !looks ? 'msix' : undefined;
    default:
      return undefined;
  }
}

function refused(state: SpaprState, status: -1 | -3): ChangedMsi {
  return { state, answer: { is: 'refused', status } };
}
