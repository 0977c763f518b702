/** A recorded x86 machine as the declared machine that a spec of it would give. */
import type { HostBridge, Machine, X86Apic } from '../../../server/src/model/machine.ts';
import type { MachineRecord, Operation, RecordedFunction } from '../record.ts';
import { nothing, type RecordedAsMachine, toMachine } from '../to-machine.ts';
import { listed, type X86Function, type X86Record } from './record.ts';

/** The record in the terms of those of the ITS, whose reader of PCI trees it shares, and the machine. */
export function x86Machine(record: X86Record): { record: MachineRecord; declared: RecordedAsMachine } {
  const asIts = convert(record);
  const declared = toMachine(asIts);
  const controller = apicOf(record);
  const hostBridges = declared.machine.hostBridges.map(
    (bridge): HostBridge => ({ ...bridge, msi: { by: 'parent', controller, its: undefined } }),
  );
  const { given } = record;
  const machine: Machine = {
    ...declared.machine,
    kernelOptions: {
      ...declared.machine.kernelOptions,
      defaultAffinity: given.defaultAffinity === undefined ? undefined : listed(given.defaultAffinity),
      isolatedManaged: listed(given.isolatedManaged),
    },
    numaNodes: numaNodes(record),
    controllers: [controller],
    hostBridges,
  };
  return { record: asIts, declared: { ...declared, machine } };
}

/** Bus, device and function of "81:00.0", which is hexadecimal. */
export function addressOf(bdf: string): { bus: number; device: number; at: string } {
  const [bus = '0', at = '0.0'] = bdf.split(':');
  const [device = '0'] = at.split('.');
  return { bus: Number.parseInt(bus, 16), device: Number.parseInt(device, 16), at };
}

function convert(record: X86Record): MachineRecord {
  const { machine, given } = record;
  const bound = new Set(
    record.steps.flatMap(({ do: { op, bdf, bdfs = [] } }) => (op === 'bind' ? [bdf, ...bdfs] : [])),
  );
  const convertFunction = (source: X86Function) => functionOf(source, bound.has(source.bdf));
  const functions = record.functions.map(convertFunction);
  const extraRootBuses = expanders(record, functions);
  return {
    id: record.id,
    title: record.title,
    machine: {
      ...machine,
      firmware: 'acpi',
      kernelArgs: given.msiDisabled === true ? 'pci=nomsi' : '',
      extraRootBuses,
    },
    controllers: record.controllers,
    functions,
    steps: record.steps.map(({ n, do: operation }) => {
      const plugged: Pick<Operation, 'op' | 'function'> =
        operation.function === undefined
          ? { op: operation.op }
          : { op: operation.op, function: convertFunction(operation.function) };
      return { n, do: plugged, observed: {} };
    }),
  };
}

/** Tables of functions whose driver is bound were not all read; there the driver had what it needed. */
const largestTable = 2048;

function functionOf(source: X86Function, isBound: boolean): RecordedFunction {
  const { bdf, kind, parent, msi = 0, msix = isBound ? largestTable : 0, node, msiDomain } = source;
  const { bus, at } = addressOf(bdf);
  return {
    id: bdf,
    kind,
    parent,
    at,
    msi,
    msix,
    ...(parent === 'root' && bus !== 0 ? { rootBus: bus } : {}),
    ...(source.msiMaskable === undefined ? {} : { msiMaskable: source.msiMaskable }),
    ...(node === undefined || node < 0 ? {} : { numaNode: node }),
    ...(msiDomain === 'none' ? { remapped: false } : {}),
  };
}

/** Root buses other than bus 0, each made by one of the further host bridges on bus 0; one is added where the record has none. */
function expanders(record: X86Record, functions: RecordedFunction[]): { id: string; bus: number }[] {
  const buses = [...new Set(functions.flatMap(({ rootBus }) => rootBus ?? []))].sort((a, b) => a - b);
  const bridges = record.functions.filter(({ kind, bdf }) => kind === 'host-bridge' && bdf !== '00:00.0');
  return buses.map((bus, i) => {
    const id = bridges[i]?.bdf ?? `expander of bus ${bus}`;
    if (bridges[i] === undefined) {
      functions.push({ id, kind: 'host-bridge', parent: 'root', at: `1e.${i}`, msi: 0, msix: 0 });
    }
    return { id, bus };
  });
}

function apicOf(record: X86Record): X86Apic {
  const controller = record.controllers[0];
  return {
    type: 'x86-apic',
    decl: nothing,
    name: 'apic',
    isaIrqs: [],
    vectorsInUse: [],
    ioApicPins: 0,
    legacyPic: controller?.systemVectors.includes(50) ?? true,
    ia32: controller?.systemVectors.includes(128) ?? true,
    remapping: controller?.remapping ?? 'none',
    remappingEntries: controller?.irtes,
  };
}

function numaNodes(record: X86Record): number[][] | undefined {
  if (record.given.nodes === undefined) return undefined;
  const nodes: number[][] = [];
  for (const { node, cpus } of record.given.nodes) nodes[node] = listed(cpus);
  return Array.from(nodes, (cpus) => cpus ?? []);
}
