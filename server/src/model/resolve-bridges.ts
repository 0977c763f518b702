/** Bridges, ports and expanders: what is written, then what their types say. */
import type { BridgeDefaults } from '../catalogue/device-type.ts';
import type { BusKind } from '../schema/types.ts';
import { lengthOf } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { Bridge, PciNode } from './machine.ts';
import { resolveCapabilities, typeContext } from './resolve-endpoints.ts';
import { resolveExpectations } from './resolve-expectations.ts';
import type { MachineFacts } from './resolve-machine.ts';
import type { TypeChain } from './resolve-types.ts';
import type { Layers } from './values.ts';
import { asBoolean, asNumber, asText, asWord, valueIn } from './values.ts';

/** `chain` is that of the written type, or of the kind's default. `children` are the functions on its secondary bus. */
export function resolveBridge(
  decl: Declared,
  kind: BusKind,
  type: string | undefined,
  chain: TypeChain,
  facts: MachineFacts,
  children: readonly PciNode[],
): PciNode {
  const layers: Layers = [decl];
  const { builtIn } = chain;
  const hotplug = resolveHotplug(layers, kind, builtIn?.bridge, facts);
  const context = { ...typeContext(facts, undefined), hotplug };
  const capabilities = resolveCapabilities(layers, builtIn, context, kind !== 'expander');
  const withoutShpc = builtIn?.bridge?.msiNeedsShpc === true && hotplug !== 'shpc' && !decl.values.has('msi');
  return {
    decl,
    kind,
    name: decl.name,
    count: lengthOf(decl),
    type,
    hotplug: decl.hotplug,
    at: decl.at,
    spread: asWord(valueIn(layers, 'spread'), ['slots', 'functions']) ?? 'slots',
    multifunction: asBoolean(valueIn(layers, 'multifunction')),
    capabilities: withoutShpc ? { ...capabilities, msi: 0 } : capabilities,
    interface: builtIn?.interface ?? 'either',
    driver: asWord(valueIn(layers, 'driver'), ['auto', 'none']) ?? 'auto',
    plan: [],
    dmaAliases: [],
    pciId: asText(valueIn(layers, 'pci-id'))?.toLowerCase() ?? builtIn?.pciId,
    bridge: resolveBus(layers, builtIn?.bridge, hotplug),
    sriov: undefined,
    expectations: decl.children.flatMap((child) =>
      child.kind === 'expect' ? resolveExpectations(child, 'function') : [],
    ),
    children,
  };
}

function resolveBus(layers: Layers, defaults: BridgeDefaults | undefined, hotplug: Bridge['hotplug']): Bridge {
  const pmeMessage = asNumber(valueIn(layers, 'pme-message')) ?? defaults?.pmeMessage ?? 0;
  const aerMessage = asNumber(valueIn(layers, 'aer-message')) ?? defaults?.aerMessage ?? 0;
  const dpcMessage = asNumber(valueIn(layers, 'dpc-message')) ?? defaults?.dpcMessage ?? 0;
  return {
    bus: asNumber(valueIn(layers, 'bus')),
    busesReserved: asNumber(valueIn(layers, 'buses')) ?? 0,
    hotplug,
    alias: asWord(valueIn(layers, 'alias'), ['own', 'secondary']) ?? defaults?.alias ?? 'none',
    ari: asBoolean(valueIn(layers, 'ari')) ?? false,
    msiBus: asBoolean(valueIn(layers, 'msi-bus')) ?? true,
    pmeMessage,
    aerMessage,
    dpcMessage,
    serviceVectors: asNumber(valueIn(layers, 'service-vectors')) ?? 1 + Math.max(pmeMessage, aerMessage, dpcMessage),
    chassis: asNumber(valueIn(layers, 'chassis')),
    slot: asNumber(valueIn(layers, 'slot')),
  };
}

function resolveHotplug(
  layers: Layers,
  kind: BusKind,
  defaults: BridgeDefaults | undefined,
  facts: MachineFacts,
): Bridge['hotplug'] {
  if (kind === 'expander') return 'none';
  const written = asWord(valueIn(layers, 'hotplug'), ['none', 'native', 'shpc', 'acpi']);
  if (written !== undefined) return written;
  const byType = defaults?.hotplug ?? 'none';
  return typeof byType === 'function' ? byType(typeContext(facts, undefined)) : byType;
}
