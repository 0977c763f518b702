/** A recorded pseries machine as the declared machine that a spec of it would give. */
import type { Interval, Intervals } from '../../../server/src/base/intervals.ts';
import { add, noIntervals } from '../../../server/src/base/intervals.ts';
import { type SourceSpace, sourceSpace } from '../../../server/src/controllers/spapr/source-space.ts';
import type { Declared } from '../../../server/src/model/declared.ts';
import type { HostBridge, Machine, OtherController, PciNode, Version } from '../../../server/src/model/machine.ts';
import { parseVersion, ruleSetOf } from '../../../server/src/model/versions.ts';
import type { Claimed, SpaprFunction, SpaprRecord } from './record.ts';

/** The machine with every slot that is ever used; functions plugged later are not present at boot. */
export function spaprMachine(record: SpaprRecord): { machine: Machine; nodes: ReadonlyMap<string, PciNode> } {
  const [{ type, machine: machineType }] = record.controllers;
  const controller: OtherController = { type, decl: nothing, name: 'intc', spiFrames: [] };
  const nodes = new Map(record.functions.map((source) => [source.bdf, spaprNode(source, false)]));
  const phbs = new Map(record.functions.map((source) => [source.bdf, source.phb]));
  for (const { function: source } of record.steps.map((step) => step.do)) {
    if (typeof source !== 'object' || nodes.has(source.bdf)) continue;
    nodes.set(source.bdf, spaprNode(source, true));
    phbs.set(source.bdf, source.phb);
  }
  const hostBridges = record.given.phbs.map(({ phb }): HostBridge => {
    const children = [...nodes].filter(([bdf]) => phbs.get(bdf) === phb).map(([, node]) => node);
    return {
      decl: nothing,
      name: `phb${phb}`,
      segment: phb,
      ecamBytes: 256 * 1024 * 1024,
      busRange: undefined,
      msi: { by: 'parent', controller, its: undefined },
      msiBus: true,
      remappingUnit: 0,
      children,
    };
  });
  const os = versionOf(record.machine.os);
  const machine: Machine = {
    decl: undefined,
    os,
    rules: ruleSetOf(os),
    vmm: versionOf(record.machine.vmm),
    machineType: { family: 'pseries', version: versionOf(machineType) },
    firmware: 'devicetree',
    cpus: record.machine.cpus,
    possibleCpus: record.machine.cpus,
    pageSizeBytes: 65536,
    routes: undefined,
    kernelOptions: { msi: true, hotplugBusSize: 1 },
    controllers: [controller],
    hostBridges,
    unplaced: [],
    vms: [],
    scenarios: [],
    complete: true,
  };
  return { machine, nodes };
}

/** A function's declaration. It sends INTx, too, and no driver takes vectors at boot. */
export function spaprNode(source: SpaprFunction, hotplug: boolean): PciNode {
  return {
    decl: nothing,
    kind: 'endpoint',
    name: source.bdf,
    count: undefined,
    type: undefined,
    hotplug,
    at: slotOf(source.bdf),
    spread: 'slots',
    multifunction: true,
    capabilities: {
      msi: source.msi,
      msiMaskable: false,
      msi64bit: true,
      msix: source.msix,
      intx: true,
      ims: 0,
    },
    interface: 'either',
    driver: 'none',
    plan: [],
    dmaAliases: [],
    pciId: source.device,
    bridge: undefined,
    sriov: undefined,
    expectations: [],
    children: [],
  };
}

/** The sources, with those claimed before the first step. */
export function givenSpace(record: SpaprRecord): SourceSpace {
  const [{ numbering, firstSource, lastSource, firstMsi = firstSource }] = record.controllers;
  const { claimed } = record.given;
  const of = (kind: Claimed['kind']): Intervals =>
    claimed.filter((run) => run.kind === kind).reduce((set, { from, to }) => add(set, from, to), noIntervals);
  return sourceSpace({ numbering, firstSource, lastSource, firstMsi }, { lsis: of('lsi'), others: of('msi') });
}

/** Bus, device and function of an address, with or without domain. */
export function requesterIdOf(bdf: string): number {
  const [bus = '0', slot = '0.0'] = bdf.split(':').slice(-2);
  const [device = '0', fn = '0'] = slot.split('.');
  return (Number.parseInt(bus, 16) << 8) | (Number.parseInt(device, 16) << 3) | Number(fn);
}

/** A run as text. */
export function runText({ first, last }: Interval): string {
  return `${first}..${last}`;
}

function slotOf(bdf: string): { device: number; function: number } {
  const id = requesterIdOf(bdf);
  return { device: (id >> 3) & 31, function: id & 7 };
}

function versionOf(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed.version;
}

const nowhere = { from: 0, to: 0 };

/** Stands where a spec's block would. */
const nothing: Declared = {
  node: { node: 'block', width: 0, span: nowhere, problems: [], kind: { text: '', span: nowhere }, closed: true },
  kind: undefined,
  indexes: [],
  hotplug: false,
  values: new Map(),
  children: [],
  problems: [],
  sound: true,
};
