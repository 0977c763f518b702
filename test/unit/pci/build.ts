/** Small machines by hand. */
import type { Declared } from '../../../server/src/model/declared.ts';
import type {
  Bridge,
  Gicv3,
  HostBridge,
  Its,
  Machine,
  PciKind,
  PciNode,
  Sriov,
} from '../../../server/src/model/machine.ts';
import type { FunctionIndex, PciFunction, Topology } from '../../../server/src/pci/topology.ts';
import type { Address } from '../../../server/src/syntax/tree.ts';

export const MiB = 1 << 20;

const span = { from: 0, to: 0 };

/** A block with nothing in it but the named values. */
export function declared(kind: string, values: readonly string[] = []): Declared {
  return {
    node: { node: 'block', width: 0, span, problems: [], kind: { span, text: kind }, closed: true },
    kind,
    indexes: [],
    hotplug: false,
    values: new Map(values.map((key) => [key, { is: 'missing', span }])),
    children: [],
    problems: [],
    sound: true,
  };
}

/** `1d.0`, `02:1d.0` or `0000:02:1d.0` */
export function address(text: string): Address {
  const [place = '', bus, segment] = text.split(':').reverse();
  const [device = '', fn = ''] = place.split('.');
  return {
    ...(segment === undefined ? {} : { segment: Number.parseInt(segment, 16) }),
    ...(bus === undefined ? {} : { bus: Number.parseInt(bus, 16) }),
    device: Number.parseInt(device, 16),
    function: Number.parseInt(fn, 16),
  };
}

const BRIDGE: Bridge = {
  bus: undefined,
  busesReserved: 0,
  hotplug: 'none',
  alias: 'none',
  ari: false,
  msiBus: true,
  pmeMessage: 0,
  aerMessage: 0,
  dpcMessage: 0,
  serviceVectors: 1,
  chassis: undefined,
  slot: undefined,
};

export interface NodeOptions extends Partial<Omit<PciNode, 'at' | 'capabilities' | 'bridge' | 'sriov'>> {
  readonly at?: string | Address | undefined;
  readonly bridge?: Partial<Bridge>;
  readonly sriov?: Sriov;
  readonly msi?: number;
  readonly msix?: number;
  /** Properties written in the block. */
  readonly written?: readonly string[];
}

function node(kind: PciKind, bridge: Bridge | undefined, options: NodeOptions): PciNode {
  const { at, msi = 0, msix = 0, bridge: bridgeOptions, sriov, written = [], ...rest } = options;
  return {
    decl: declared(kind, written),
    kind,
    name: undefined,
    count: undefined,
    type: undefined,
    hotplug: false,
    at: typeof at === 'string' ? address(at) : at,
    spread: 'slots',
    multifunction: undefined,
    capabilities: { msi, msiMaskable: true, msi64bit: true, msix, intx: true, ims: 0 },
    interface: 'either',
    driver: 'auto',
    plan: [],
    dmaAliases: [],
    pciId: undefined,
    bridge: bridge && { ...bridge, ...bridgeOptions },
    sriov,
    expectations: [],
    children: [],
    ...rest,
  };
}

type Make = (name: string | undefined, options?: NodeOptions, children?: readonly PciNode[]) => PciNode;

const bridgeMaker =
  (kind: PciKind, bridge: Partial<Bridge>, defaults: NodeOptions): Make =>
  (name, options = {}, children = []) =>
    node(kind, { ...BRIDGE, ...bridge }, { ...defaults, name, children, ...options });

export const endpoint: Make = (name, options = {}) => node('endpoint', undefined, { name, ...options });
export const vf: Make = (name, options = {}) => node('vf', undefined, { name, ...options });
export const rootPort = bridgeMaker('root-port', { hotplug: 'native' }, { type: 'pcie-root-port', msix: 1 });
export const upstream = bridgeMaker('switch', {}, { type: 'x3130-upstream', msi: 1 });
export const downstream = bridgeMaker('downstream-port', { hotplug: 'native' }, { type: 'xio3130-downstream', msi: 1 });
export const pciePciBridge = bridgeMaker(
  'pcie-pci-bridge',
  { hotplug: 'shpc', alias: 'secondary' },
  { type: 'pcie-pci-bridge', msi: 1 },
);
export const pciBridge = bridgeMaker('pci-bridge', { hotplug: 'shpc', alias: 'own' }, { type: 'pci-bridge', msi: 1 });
export const expander = (name: string, bus: number, children: readonly PciNode[], options: NodeOptions = {}): PciNode =>
  node('expander', { ...BRIDGE, bus }, { type: 'pxb-pcie', name, children, ...options });

export const its: Its = {
  decl: declared('its'),
  name: 'its0',
  deviceIdBits: 16,
  eventIdBits: 16,
  indirect: true,
  ittEntrySizeBytes: 12,
  quirk: 'none',
};

export const gic: Gicv3 = {
  type: 'gicv3',
  decl: declared('interrupt-controller'),
  name: 'gic',
  idBits: 16,
  lpiLimit: undefined,
  gicv4: false,
  directLpi: false,
  itses: [its],
};

export function hostBridge(children: readonly PciNode[], options: Partial<HostBridge> = {}): HostBridge {
  return {
    decl: declared('host-bridge'),
    name: 'pcie0',
    segment: 0,
    ecamBytes: 256 * MiB,
    busRange: undefined,
    msi: { by: 'parent', controller: gic, its },
    msiBus: true,
    remappingUnit: 0,
    children,
    ...options,
  };
}

export function machineOf(bridges: readonly HostBridge[], options: Partial<Machine> = {}): Machine {
  return {
    decl: undefined,
    os: { major: 7, minor: 2 },
    rules: '7.2',
    vmm: undefined,
    machineType: undefined,
    firmware: 'devicetree',
    cpus: 1,
    possibleCpus: 1,
    pageSizeBytes: 4096,
    routes: undefined,
    kernelOptions: { msi: true, hotplugBusSize: 1 },
    controllers: [gic],
    hostBridges: bridges,
    unplaced: [],
    vms: [],
    scenarios: [],
    complete: true,
    ...options,
  };
}

/** One host bridge with these on its root bus. */
export const machine = (children: readonly PciNode[], options: Partial<Machine> = {}): Machine =>
  machineOf([hostBridge(children)], options);

/** The function of that name. */
export function named(topology: Topology, name: string): PciFunction {
  const fn = topology.functions.find((candidate) => candidate.name === name);
  if (fn === undefined) throw new Error(`no function ${name}`);
  return fn;
}

export const indexOf = (topology: Topology, name: string): FunctionIndex => named(topology, name).index;

/** Present at boot, and these besides. */
export const presentWith =
  (topology: Topology, ...names: readonly string[]) =>
  (fn: FunctionIndex): boolean => {
    const at = topology.functions[fn];
    return at !== undefined && (at.presentAtBoot || names.includes(at.name));
  };
