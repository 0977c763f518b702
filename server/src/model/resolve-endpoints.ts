/** Endpoints and VFs: what is written, then what their types say, then the defaults. */
import { defaultPlan } from '../catalogue/calls.ts';
import type { DeviceType, TypeContext } from '../catalogue/device-type.ts';
import { countOf } from '../catalogue/device-type.ts';
import { lengthOf } from './arrays.ts';
import type { Declared } from './declared.ts';
import type { Capabilities, DriverPlan, PciNode, Sriov } from './machine.ts';
import { resolveExpectations } from './resolve-expectations.ts';
import type { MachineFacts } from './resolve-machine.ts';
import { resolveRequest } from './resolve-requests.ts';
import type { TypeChain } from './resolve-types.ts';
import type { Layers } from './values.ts';
import { asAddress, asBoolean, asItems, asNumber, asText, asWord, valueIn } from './values.ts';

/** `vfs` are the resolved `vf` blocks of an endpoint. */
export function resolveEndpoint(
  decl: Declared,
  kind: 'endpoint' | 'vf',
  chain: TypeChain,
  facts: MachineFacts,
  vfs: readonly PciNode[],
): PciNode {
  const layers: Layers = [decl, ...chain.layers];
  const { builtIn } = chain;
  const context = typeContext(facts, asNumber(valueIn(layers, 'queues')));
  const capabilities = resolveCapabilities(layers, builtIn, context, kind !== 'vf');
  return {
    decl,
    kind,
    name: decl.name,
    count: lengthOf(decl),
    type: decl.type,
    hotplug: decl.hotplug,
    at: decl.at,
    spread: asWord(valueIn(layers, 'spread'), ['slots', 'functions']) ?? 'slots',
    multifunction: asBoolean(valueIn(layers, 'multifunction')),
    capabilities,
    interface:
      asWord(valueIn(layers, 'interface'), ['pcie', 'conventional', 'either']) ?? builtIn?.interface ?? 'either',
    driver: asWord(valueIn(layers, 'driver'), ['auto', 'none']) ?? 'auto',
    plan: resolvePlan(layers, builtIn, context, capabilities),
    dmaAliases: asItems(valueIn(layers, 'dma-alias')).flatMap((item) => asAddress(item) ?? []),
    pciId: asText(valueIn(layers, 'pci-id'))?.toLowerCase() ?? builtIn?.pciId,
    bridge: undefined,
    sriov: kind === 'vf' ? undefined : resolveSriov(layers, builtIn, vfs),
    expectations: decl.children.flatMap((child) =>
      child.kind === 'expect' ? resolveExpectations(child, 'function') : [],
    ),
    children: [],
  };
}

/** The machine as the catalogue sees it. */
export function typeContext(facts: MachineFacts, queues: number | undefined): TypeContext {
  const { rules, vmm, machineType, cpus, possibleCpus } = facts;
  return { rules, vmm, machineType, cpus, possibleCpus, queues, hotplug: undefined };
}

/** Messages of an MSI capability: a power of two. */
export const MSI_MAX = 32;
/** Entries of an MSI-X table: 11 bits, less one. */
export const MSIX_MAX = 2048;

/** `hasPin`: whether a function of this kind has an interrupt pin where nothing says otherwise; a VF never does. */
export function resolveCapabilities(
  layers: Layers,
  builtIn: DeviceType | undefined,
  context: TypeContext,
  hasPin: boolean,
): Capabilities {
  const ims = valueIn(layers, 'ims');
  const msi = asNumber(valueIn(layers, 'msi')) ?? builtIn?.msi ?? 0;
  const msix = asNumber(valueIn(layers, 'msix')) ?? (builtIn === undefined ? 0 : countOf(builtIn.msix, context));
  return {
    msi: msi === 0 ? 0 : Math.min(powerOfTwoFrom(msi), MSI_MAX),
    msiMaskable: asBoolean(valueIn(layers, 'msi-maskable')) ?? builtIn?.msiMaskable ?? true,
    msi64bit: asBoolean(valueIn(layers, 'msi-64bit')) ?? builtIn?.msi64bit ?? true,
    msix: Math.min(msix, MSIX_MAX),
    intx: asBoolean(valueIn(layers, 'intx')) ?? (hasPin && (builtIn?.intx ?? true)),
    ims: ims?.is === 'word' ? 'unlimited' : (asNumber(ims) ?? 0),
  };
}

/** The smallest power of two that is not less. */
export function powerOfTwoFrom(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** The requests of the block, or of the first type that has any; else what the type's driver does. */
function resolvePlan(
  layers: Layers,
  builtIn: DeviceType | undefined,
  context: TypeContext,
  capabilities: Capabilities,
): DriverPlan {
  for (const layer of layers) {
    const requests = layer.children.filter(({ kind }) => kind === 'request');
    if (requests.length === 0) continue;
    return requests.flatMap((decl) => {
      const request = resolveRequest(decl);
      return request === undefined ? [] : [{ call: 'allocate', ladder: [request] } as const];
    });
  }
  return builtIn === undefined ? defaultPlan(capabilities) : builtIn.plan({ ...context, capabilities });
}

/** Absent where neither the type nor the block speaks of virtual functions. */
function resolveSriov(layers: Layers, builtIn: DeviceType | undefined, vfs: readonly PciNode[]): Sriov | undefined {
  const written = asNumber(valueIn(layers, 'vfs'));
  const enabled = vfs.reduce((sum, vf) => sum + (vf.count ?? 1), 0);
  const totalVfs = written ?? builtIn?.sriov?.totalVfs ?? enabled;
  if (totalVfs === 0 && enabled === 0) return undefined;
  return {
    totalVfs,
    offset: asNumber(valueIn(layers, 'vf-offset')) ?? builtIn?.sriov?.offset ?? 1,
    stride: asNumber(valueIn(layers, 'vf-stride')) ?? builtIn?.sriov?.stride ?? 1,
    vfs,
  };
}
