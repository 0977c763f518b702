/**
 * Under which requester ID a function's messages arrive: pci_for_each_dma_alias (drivers/pci/search.c) and get_msi_id_cb
 * (drivers/pci/msi/irqdomain.c), the same in 6.1, 6.12 and 7.2 but for the NO_ALIAS flag of 7.2. QEMU agrees:
 * pci_req_id_cache_get (hw/pci/pci.c, 10.0).
 */
import type { PciNode, RuleSet } from '../model/machine.ts';
import { devfnOf, hex, isPort, requesterIdText } from './bus.ts';
import { type Enumeration, requesterIdOf } from './enumeration.ts';
import type { FunctionIndex, PciFunction, Topology } from './topology.ts';

/** One call of the walk, from the function up to its root bus. */
export interface AliasStep {
  readonly why: /** The function's own requester ID. */
    | 'own'
    /** A further requester ID of the function itself, on the same bus: MSI does not use it. */
    | 'dma-alias'
    /** A PCI Express port passes requester IDs on. */
    | 'port'
    /** A bridge that signals as device 00.0 of its secondary bus. */
    | 'secondary'
    /** A bridge that signals with its own requester ID. */
    | 'own-of-bridge'
    /** A bridge flagged not to alias (7.2). */
    | 'no-alias'
    /** A bridge behind which translation begins: the walk ends. */
    | 'translation-root';
  /** The function itself, or the bridge passed. */
  readonly fn: FunctionIndex;
  /** Requester ID reported, 16 bits; undefined where the step reports none. */
  readonly alias: number | undefined;
  /** Whether MSI uses it from here on. */
  readonly taken: boolean;
}

/** Under which numbers a function signals. */
export interface RequesterIds {
  /** bus << 8 | device << 3 | function of the function itself. */
  readonly requesterId: number;
  /** Under which its messages arrive; equal to `requesterId` without an alias. */
  readonly aliasedRequesterId: number;
  /** The bridge whose alias won: the last one upward that has one. */
  readonly aliasBridge: FunctionIndex | undefined;
}

export interface RequesterPath extends RequesterIds {
  readonly chain: readonly AliasStep[];
}

/** Undefined when the function was not found. */
export function requesterIdsOf(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): RequesterIds | undefined {
  return walkUp(topology, enumeration, fn, undefined);
}

/** {@link requesterIdsOf} with each step of the walk. */
export function requesterOf(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): RequesterPath | undefined {
  const chain: AliasStep[] = [];
  const ids = walkUp(topology, enumeration, fn, (step) => chain.push(step));
  return ids && { ...ids, chain };
}

/** `onStep` is told each step, where there is somebody to tell. */
function walkUp(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
  onStep: ((step: AliasStep) => void) | undefined,
): RequesterIds | undefined {
  const requesterId = requesterIdOf(topology, enumeration, fn);
  const start = topology.functions[fn];
  if (requesterId === undefined || start === undefined) return undefined;
  if (onStep) {
    onStep({ why: 'own', fn, alias: requesterId, taken: true });
    for (const { device, function: number } of start.node.dmaAliases) {
      const alias = (requesterId & 0xff00) | devfnOf({ device, function: number });
      onStep({ why: 'dma-alias', fn, alias, taken: false });
    }
  }
  let aliasedRequesterId = requesterId;
  let aliasBridge: FunctionIndex | undefined;
  for (let at = start.parent; at !== undefined; at = topology.functions[at]?.parent) {
    const step = bridgeStep(topology, enumeration, at, aliasedRequesterId);
    if (step === undefined) break;
    onStep?.(step);
    if (step.alias !== undefined) aliasBridge = at;
    if (step.alias !== undefined && step.taken) aliasedRequesterId = step.alias;
    if (step.why === 'translation-root') break;
  }
  return { requesterId, aliasedRequesterId, aliasBridge };
}

/** The step as a sentence, and where the rule is from. */
export function aliasReason(topology: Topology, step: AliasStep): { readonly text: string; readonly source: string } {
  const name = topology.functions[step.fn]?.name ?? '';
  const as = step.alias === undefined ? '' : `${requesterIdText(step.alias)} (${hex(step.alias)})`;
  const source = 'pci_for_each_dma_alias, drivers/pci/search.c';
  switch (step.why) {
    case 'own':
      return {
        text: `${name} has requester ID ${as}: bus, device and function`,
        source: 'PCI_DEVID, include/linux/pci.h',
      };
    case 'dma-alias':
      return {
        text: `${name} may also use ${as}; MSI ignores an alias on the function's own bus`,
        source: 'get_msi_id_cb, drivers/pci/msi/irqdomain.c',
      };
    case 'port':
      return { text: `${name} is a PCI Express port and passes requester IDs on`, source };
    case 'secondary':
      return { text: `${name} signals for all below as device 00.0 of its secondary bus: ${as}`, source };
    case 'own-of-bridge':
      return { text: `${name} signals for all below with its own requester ID: ${as}`, source };
    case 'no-alias':
      return { text: `${name} is a bridge known not to alias`, source: 'PCI_DEV_FLAGS_PCI_BRIDGE_NO_ALIAS, 7.2' };
    case 'translation-root':
      return { text: `Behind ${name} translation begins: bridges above do not count`, source };
  }
}

const sumsOf = new WeakMap<
  Topology,
  { readonly enumeration: Enumeration; readonly sums: Map<FunctionIndex, number> }
>();

/**
 * Sum, over every function found below `bridge` (itself not included), of the larger of its MSI messages and MSI-X table
 * (its_pci_msi_vec_count and pci_walk_bus, drivers/irqchip). VFs count on the bus of their physical function; those on
 * further buses hang below no bridge and are not walked to. Everything below the bridge asks, so it is counted once.
 */
export function aliasCapabilitySum(topology: Topology, enumeration: Enumeration, bridge: FunctionIndex): number {
  let counted = sumsOf.get(topology);
  if (counted?.enumeration !== enumeration) {
    counted = { enumeration, sums: new Map() };
    sumsOf.set(topology, counted);
  }
  const known = counted.sums.get(bridge);
  if (known !== undefined) return known;
  const sum = capabilitiesBelow(topology, enumeration, bridge);
  counted.sums.set(bridge, sum);
  return sum;
}

function capabilitiesBelow(topology: Topology, enumeration: Enumeration, bridge: FunctionIndex): number {
  let sum = 0;
  const count = (index: FunctionIndex) => {
    const fn = topology.functions[index];
    if (fn === undefined || !enumeration.buses.has(index)) return;
    const { msi, msix } = fn.node.capabilities;
    sum += Math.max(msi, msix);
    for (const vf of fn.vfs) {
      if (topology.functions[vf]?.vf?.busOffset === 0) count(vf);
    }
    fn.children.forEach(count);
  };
  topology.functions[bridge]?.children.forEach(count);
  return sum;
}

/** What bridge `at` reports; undefined when it has no bus behind it. `current`: what MSI uses so far. */
function bridgeStep(
  topology: Topology,
  enumeration: Enumeration,
  at: FunctionIndex,
  current: number,
): AliasStep | undefined {
  const bridge = topology.functions[at];
  const range = enumeration.ranges.get(at);
  const own = requesterIdOf(topology, enumeration, at);
  if (bridge === undefined || range === undefined || own === undefined) return undefined;
  const why = kindOfStep(topology, bridge);
  if (why !== 'secondary' && why !== 'own-of-bridge') return { why, fn: at, alias: undefined, taken: false };
  const alias = why === 'secondary' ? range.secondary << 8 : own;
  // get_msi_id_cb: taken when the bridge or the alias is on another bus than what is current.
  const taken = own >> 8 !== current >> 8 || alias >> 8 !== current >> 8;
  return { why, fn: at, alias, taken };
}

/** Broadcom and ThunderX2 bridges: quirk_bridge_cavm_thrx2_pcie_root, drivers/pci/quirks.c. */
const TRANSLATION_ROOTS: ReadonlySet<string> = new Set(['14e4:9000', '14e4:9084']);
/** ASPEED: PCI_DEV_FLAGS_PCI_BRIDGE_NO_ALIAS, drivers/pci/quirks.c, 7.2. */
const NO_ALIAS: ReadonlySet<string> = new Set(['1a03:1150']);
/** PCIe-to-PCI bridges without a PCI Express capability: quirk_use_pcie_bridge_dma_alias, drivers/pci/quirks.c. */
const HIDDEN_PCIE_BRIDGES: ReadonlySet<string> = new Set([
  '1b21:1080',
  '10e3:8113',
  '1283:8892',
  '1283:8893',
  '8086:244e',
]);

function kindOfStep(topology: Topology, bridge: PciFunction): AliasStep['why'] {
  const { node } = bridge;
  const id = node.pciId?.toLowerCase();
  if (id !== undefined && TRANSLATION_ROOTS.has(id)) return 'translation-root';
  if (isPort(node) || node.kind === 'switch') return 'port';
  const written = node.decl.values.has('alias');
  const alias = node.bridge?.alias ?? 'none';
  if (alias === 'none') return 'port';
  if (!written && alias === 'secondary' && isFlaggedNoAlias(topology.machine.rules, id ?? '')) return 'no-alias';
  if (!written && alias === 'own' && isHiddenPcieBridge(topology, bridge, id ?? '')) return 'secondary';
  return alias === 'secondary' ? 'secondary' : 'own-of-bridge';
}

const isFlaggedNoAlias = (rules: RuleSet, id: string): boolean => rules === '7.2' && NO_ALIAS.has(id);

/** The quirk: a bridge without PCIe capability, not on a root bus, below a PCIe bridge that is not PCIe-to-PCI itself. */
function isHiddenPcieBridge(topology: Topology, bridge: PciFunction, id: string): boolean {
  if (bridge.node.kind !== 'pci-bridge' || !HIDDEN_PCIE_BRIDGES.has(id) || bridge.parent === undefined) return false;
  const parent: PciNode | undefined = topology.functions[bridge.parent]?.node;
  return parent !== undefined && (isPort(parent) || parent.kind === 'switch');
}
