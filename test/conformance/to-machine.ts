/** A recorded machine as the declared machine that a spec of it would give. */
import type { Declared } from '../../server/src/model/declared.ts';
import type {
  Bridge,
  Controller,
  HostBridge,
  Its,
  Machine,
  MsiRouting,
  PciKind,
  PciNode,
  RuleSet,
  Sriov,
  Version,
} from '../../server/src/model/machine.ts';
import type { Address } from '../../server/src/syntax/tree.ts';
import type { MachineRecord, Operation, RecordedController, RecordedFunction } from './record.ts';

/** The machine, and the declaration of each function: those of `functions` by id, those of a step by the step's number. */
export interface RecordedAsMachine {
  readonly machine: Machine;
  readonly present: ReadonlyMap<string, PciNode>;
  readonly plugged: ReadonlyMap<number, PciNode>;
}

const mebibyte = 1024 * 1024;
const allBuses = 256;

/** Everything that is ever present, functions that come later as `hotplug`. */
export function toMachine(record: MachineRecord): RecordedAsMachine {
  const tree = new Tree(record);
  const controller = controllerOf(record.controllers[0]);
  const hostBridge: HostBridge = {
    decl: nothing,
    name: 'pcie0',
    segment: 0,
    ecamBytes: ecamBuses(record) * mebibyte,
    busRange: undefined,
    msi: routing(record.controllers[0], controller),
    msiBus: true,
    remappingUnit: 0,
    children: tree.below('root'),
  };
  const { os, vmm, cpus, firmware, kernelArgs = '' } = record.machine;
  const machine: Machine = {
    decl: undefined,
    os: version(os),
    rules: ruleSet(version(os)),
    vmm: version(vmm),
    machineType: undefined,
    firmware: firmware === 'acpi' ? 'acpi' : 'devicetree',
    cpus,
    possibleCpus: cpus,
    pageSizeBytes: 4096,
    routes: undefined,
    kernelOptions: {
      msi: !kernelArgs.includes('pci=nomsi'),
      hotplugBusSize: Number(/hpbussize=(\d+)/.exec(kernelArgs)?.[1] ?? 1),
    },
    controllers: [controller],
    hostBridges: [hostBridge],
    unplaced: [],
    vms: [],
    scenarios: [],
    complete: true,
  };
  return { machine, present: tree.present, plugged: tree.plugged };
}

/** device.function in hexadecimal, such as "1d.0". */
export function addressAt(at: string): Address {
  const [device = '0', fn = '0'] = at.split('.');
  return { device: Number.parseInt(device, 16), function: Number.parseInt(fn, 16) };
}

/** The tree while it is read: declarations by their parent, whatever comes later included. */
class Tree {
  readonly present = new Map<string, PciNode>();
  readonly plugged = new Map<number, PciNode>();
  private readonly entries: { key: string; parent: string; source: RecordedFunction; step: number | undefined }[] = [];
  private readonly virtualFunctions = new Map<string, Operation>();
  private readonly record: MachineRecord;

  constructor(record: MachineRecord) {
    this.record = record;
    for (const source of record.functions) {
      // The host bridge's own function, device 00 of bus 0, is the machine's and takes no interrupt.
      if (source.kind === 'host-bridge' && !record.machine.extraRootBuses?.some(({ id }) => id === source.id)) continue;
      this.entries.push({ key: source.id, parent: this.parentOf(source), source, step: undefined });
    }
    // A function plugged under an id that was used before is another one: `key` tells them apart.
    const current = new Map(record.functions.map(({ id }) => [id, id]));
    for (const { n, do: operation } of record.steps) {
      const source = operation.function;
      if (operation.op === 'plug' && source !== undefined) {
        const key = `${source.id}@${n}`;
        this.entries.push({ key, parent: current.get(source.parent) ?? this.parentOf(source), source, step: n });
        current.set(source.id, key);
      }
      if (operation.op === 'sriov-enable' && operation.fn !== undefined) {
        const before = this.virtualFunctions.get(operation.fn)?.vfs ?? 0;
        if ((operation.vfs ?? 0) > before) this.virtualFunctions.set(operation.fn, operation);
      }
    }
  }

  below(parent: string): PciNode[] {
    return this.entries.filter((entry) => entry.parent === parent).map((entry) => this.node(entry));
  }

  /** Below the host bridge: on bus 0, or on an expander's bus. */
  private parentOf(source: RecordedFunction): string {
    if (source.parent !== 'root') return source.parent;
    return source.rootBus === undefined || source.rootBus === 0 ? 'root' : `bus ${source.rootBus}`;
  }

  private node({ key, source, step }: { key: string; source: RecordedFunction; step: number | undefined }): PciNode {
    const extra = this.record.machine.extraRootBuses?.find(({ id }) => id === source.id);
    const kind = extra === undefined ? pciKind(source) : 'expander';
    const node: PciNode = {
      decl: nothing,
      kind,
      name: key,
      count: undefined,
      type: source.model,
      hotplug: step !== undefined,
      at: addressAt(source.at),
      spread: 'slots',
      multifunction: undefined,
      capabilities: {
        msi: source.msi,
        msiMaskable: source.msiMaskable ?? false,
        msi64bit: true,
        msix: source.msix,
        intx: source.kind !== 'virtual-function' && source.kind !== 'host-bridge',
        ims: 0,
      },
      interface: 'either',
      driver: 'none',
      plan: [],
      dmaAliases: [],
      numaNode: source.numaNode,
      remapped: source.remapped,
      pciId: source.device,
      bridge: bridgeOf(source, kind, extra?.bus),
      sriov: this.sriovOf(source.id),
      expectations: [],
      children: this.below(extra === undefined ? key : `bus ${extra.bus}`),
    };
    if (step === undefined) this.present.set(source.id, node);
    else this.plugged.set(step, node);
    return node;
  }

  private sriovOf(id: string): Sriov | undefined {
    const enabled = this.virtualFunctions.get(id);
    if (enabled?.function === undefined || enabled.vfs === undefined) return undefined;
    const source = { ...enabled.function, id: `${id}.vf`, parent: id, at: '00.0' };
    const vf = this.node({ key: source.id, source, step: -1 });
    return {
      totalVfs: enabled.vfs,
      offset: enabled.vfOffset ?? 1,
      stride: enabled.vfStride ?? 1,
      vfs: [{ ...vf, count: enabled.vfs }],
    };
  }
}

function pciKind(source: RecordedFunction): PciKind {
  switch (source.kind) {
    case 'root-port':
    case 'downstream-port':
    case 'pcie-pci-bridge':
    case 'pci-bridge':
      return source.kind;
    case 'upstream-port':
      return 'switch';
    case 'virtual-function':
      return 'vf';
    default:
      return 'endpoint';
  }
}

function bridgeOf(source: RecordedFunction, kind: PciKind, bus: number | undefined): Bridge | undefined {
  if (kind === 'endpoint' || kind === 'vf') return undefined;
  const isConventional = kind === 'pcie-pci-bridge' || kind === 'pci-bridge';
  const shpc = source.driver === 'shpchp' ? 'shpc' : 'none';
  const alias = kind === 'pcie-pci-bridge' ? 'secondary' : kind === 'pci-bridge' ? 'own' : 'none';
  return {
    bus,
    busesReserved: 0,
    hotplug: kind === 'expander' ? 'none' : isConventional ? shpc : 'native',
    alias,
    ari: false,
    msiBus: true,
    pmeMessage: 0,
    aerMessage: Math.max(0, source.msi - 1),
    dpcMessage: 0,
    serviceVectors: Math.max(1, source.msi),
    chassis: undefined,
    slot: undefined,
  };
}

function controllerOf(recorded: RecordedController | undefined): Controller {
  if (recorded?.type === 'gicv2m') {
    const first = recorded.intidBase ?? 0;
    const spiFrames = [{ first, last: first + (recorded.intids ?? 0) - 1 }];
    return { type: 'gicv2m', decl: nothing, name: 'gic', spiFrames };
  }
  const its: Its = {
    decl: nothing,
    name: 'its0',
    deviceIdBits: recorded?.deviceIdBits ?? 16,
    eventIdBits: recorded?.eventIdBits ?? 16,
    indirect: recorded?.deviceTable?.layout === 'indirect',
    ittEntrySizeBytes: recorded?.ittEntrySize ?? 12,
    quirk: 'none',
  };
  return {
    type: 'gicv3',
    decl: nothing,
    name: 'gic',
    idBits: recorded?.lpiIdBits ?? 16,
    lpiLimit: undefined,
    gicv4: false,
    directLpi: false,
    itses: recorded?.its === 0 ? [] : [its],
  };
}

function routing(recorded: RecordedController | undefined, controller: Controller): MsiRouting {
  const its = controller.type === 'gicv3' ? controller.itses[0] : undefined;
  if (controller.type === 'gicv3' && its === undefined) return { by: 'none' };
  if (its === undefined || recorded?.msiMap === undefined) return { by: 'parent', controller, its };
  const entries = recorded.msiMap.map(({ ridBase, out, length }) => ({
    decl: nothing,
    its,
    requesterIdFirst: ridBase,
    requesterIdLast: ridBase + length - 1,
    deviceIdFirst: out,
  }));
  return { by: 'map', mask: recorded.msiMapMask ?? 0xffff, entries };
}

/** The buses of the ECAM window: with one root bus its range; with expanders, which divide it, all. */
function ecamBuses(record: MachineRecord): number {
  const { rootBuses = [] } = record.machine;
  const [only] = rootBuses;
  return rootBuses.length === 1 && only !== undefined ? only.range[1] + 1 : allBuses;
}

function version(text: string): Version {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return { major: Number(major), minor: Number(minor) };
}

function ruleSet({ major, minor }: Version): RuleSet {
  if (major < 6 || (major === 6 && minor <= 10)) return '6.1';
  return major === 6 && minor <= 15 ? '6.12' : '7.2';
}

const nowhere = { from: 0, to: 0 };

/** Stands where a spec's block would. */
export const nothing: Declared = {
  node: { node: 'block', width: 0, span: nowhere, problems: [], kind: { text: '', span: nowhere }, closed: true },
  kind: undefined,
  indexes: [],
  hotplug: false,
  values: new Map(),
  children: [],
  problems: [],
  sound: true,
};
