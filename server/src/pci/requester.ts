/** Under which requester ID a function's messages arrive (pci_for_each_dma_alias, drivers/pci/search.c; get_msi_id_cb, drivers/pci/msi/irqdomain.c). */
import type { Enumeration } from './enumeration.ts';
import type { FunctionIndex, Topology } from './topology.ts';

/** One call of the alias walk, from the function up to its root bus. */
export interface AliasStep {
  readonly why: 'own' | 'dma-alias' | 'port' | 'secondary' | 'own-of-bridge' | 'no-alias' | 'translation-root';
  /** The function itself, or the bridge passed. */
  readonly fn: FunctionIndex;
  /** Requester ID reported, 16 bits; undefined where the step reports none. */
  readonly alias: number | undefined;
  /** Whether MSI uses it from here on. */
  readonly taken: boolean;
}

export interface RequesterPath {
  /** bus << 8 | device << 3 | function of the function itself. */
  readonly requesterId: number;
  /** Under which its messages arrive. */
  readonly aliasedRequesterId: number;
  /** The bridge whose alias won: the last one upward that has one. */
  readonly aliasBridge: FunctionIndex | undefined;
  readonly chain: readonly AliasStep[];
}

/** Undefined when the function was not found. */
export declare function requesterOf(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): RequesterPath | undefined;

/** The step as a sentence: "br0 is a PCIe-to-PCI bridge: what is below signals as 02:00.0 (0x0200)". */
export declare function aliasReason(
  topology: Topology,
  step: AliasStep,
): { readonly text: string; readonly source: string };

/** Sum of max(MSI messages, MSI-X table) over what was found below `bridge`, itself not included (its_pci_msi_vec_count). */
export declare function aliasCapabilitySum(topology: Topology, enumeration: Enumeration, bridge: FunctionIndex): number;
