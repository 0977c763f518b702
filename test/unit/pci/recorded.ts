/** The machines of the records, as far as the PCI tree goes. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Machine, MsiMapEntry, PciNode } from '../../../server/src/model/machine.ts';
import {
  address,
  declared,
  downstream,
  endpoint,
  expander,
  gic,
  hostBridge,
  its,
  MiB,
  machineOf,
  pciBridge,
  pciePciBridge,
  rootPort,
  upstream,
} from './build.ts';

export interface RecordedFunction {
  readonly id: string;
  readonly kind: string;
  readonly parent: string;
  readonly rootBus?: number;
  readonly at: string;
  readonly msi: number;
  readonly msix: number;
  readonly model?: string;
  readonly device?: string;
  readonly driver?: string;
  readonly observed: { readonly bdf?: string; readonly secondaryBus?: number; readonly enumerated?: boolean };
}

export interface RecordedEffect {
  readonly mapd?: number;
  readonly mapti?: number;
}

export interface RecordedStep {
  readonly n: number;
  readonly do: {
    readonly op: string;
    readonly fn?: string;
    readonly function?: Omit<RecordedFunction, 'observed'>;
  };
  readonly observed: {
    readonly bdf?: string;
    readonly deviceId?: number;
    readonly effects?: readonly RecordedEffect[];
  };
}

export interface Recorded {
  readonly id: string;
  readonly machine: {
    readonly os: string;
    readonly kernelArgs?: string;
    readonly firmware: 'devicetree' | 'acpi';
    readonly rootBuses: readonly { readonly bus: number; readonly range: readonly [number, number] }[];
    readonly extraRootBuses?: readonly { readonly id: string; readonly bus: number }[];
  };
  readonly controllers: readonly {
    readonly type: string;
    readonly msiMap?: readonly { readonly ridBase: number; readonly out: number; readonly length: number }[];
    readonly msiMapMask?: number;
  }[];
  readonly functions: readonly RecordedFunction[];
  readonly steps: readonly RecordedStep[];
}

/** Every ITS record of that folder. */
export function recordsIn(folder: string): readonly Recorded[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): Recorded => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
}

/** The functions present at boot, and as `hotplug` ones those that a step plugs. */
export function machineOfRecord(record: Recorded): Machine {
  const cold = record.functions.filter((fn) => fn.kind !== 'host-bridge');
  const plugged = record.steps.flatMap(({ do: { op, function: fn } }) => (op === 'plug' && fn ? [fn] : []));
  const expanders = record.machine.extraRootBuses ?? [];

  const childrenOf = (parent: string, rootBus: number | undefined): readonly PciNode[] => [
    ...cold.filter((fn) => fn.parent === parent && fn.rootBus === rootBus).map((fn) => nodeOf(fn, false)),
    ...plugged.filter((fn) => fn.parent === parent && fn.rootBus === rootBus).map((fn) => nodeOf(fn, true)),
  ];
  const nodeOf = (fn: Omit<RecordedFunction, 'observed'>, hotplug: boolean): PciNode => {
    const options = { at: fn.at, hotplug, msi: fn.msi, msix: fn.msix, pciId: fn.device, type: fn.model };
    const children = childrenOf(fn.id, undefined);
    switch (fn.kind) {
      case 'root-port':
        return rootPort(fn.id, options, children);
      case 'upstream-port':
        return upstream(fn.id, options, children);
      case 'downstream-port':
        return downstream(fn.id, options, children);
      case 'pcie-pci-bridge':
        return pciePciBridge(fn.id, options, children);
      case 'pci-bridge': {
        const shpc = fn.msi > 0;
        return pciBridge(fn.id, { ...options, bridge: { hotplug: shpc ? 'shpc' : 'none' } }, children);
      }
      default:
        return endpoint(fn.id, options);
    }
  };

  const rootBuses = record.machine.rootBuses;
  const children = [
    ...expanders.map(({ id, bus }) =>
      expander(id, bus, childrenOf('root', bus), { at: record.functions.find((fn) => fn.id === id)?.at }),
    ),
    ...childrenOf('root', undefined),
  ];
  const lastBus = expanders.length > 0 ? 255 : Math.max(...rootBuses.map(({ range }) => range[1]));
  const [major = 0, minor = 0] = record.machine.os.replace('linux-', '').split('.').map(Number);
  const rules = record.machine.os.replace('linux-', '');
  if (rules !== '6.1' && rules !== '6.12' && rules !== '7.2') throw new Error(`${record.id}: ${rules}`);
  const { msiMap, msiMapMask } = record.controllers[0] ?? {};
  const entries = (msiMap ?? []).map(
    ({ ridBase, out, length }): MsiMapEntry => ({
      decl: declared('msi-map'),
      its,
      requesterIdFirst: ridBase,
      requesterIdLast: ridBase + length - 1,
      deviceIdFirst: out,
    }),
  );
  const hotplugBusSize = Number(/hpbussize=(\d+)/.exec(record.machine.kernelArgs ?? '')?.[1] ?? 1);
  return machineOf(
    [
      hostBridge(children, {
        ecamBytes: (lastBus + 1) * MiB,
        msi: msiMap ? { by: 'map', mask: msiMapMask ?? 0xffff, entries } : { by: 'parent', controller: gic, its },
      }),
    ],
    {
      os: { major, minor },
      rules,
      firmware: record.machine.firmware,
      vmm: { major: 10, minor: 0 },
      kernelOptions: { msi: true, hotplugBusSize },
    },
  );
}

/** bus << 8 | device << 3 | function of `0000:02:01.0` or `02:01.0`. */
export function requesterIdOfText(bdf: string): number {
  const { bus = 0, device, function: fn } = address(bdf);
  return (bus << 8) | (device << 3) | fn;
}
