/** The platforms that one PCI tree can stand on: what each interrupt controller needs of the spec around it. */
import type { Controller, Machine } from '../../model/machine.ts';
import { kindOf } from '../../schema/index.ts';

export type ControllerType = Controller['type'];

type MachineFamily = NonNullable<Machine['machineType']>['family'];

export interface Platform {
  readonly type: ControllerType;
  /** Controllers of one family differ in their type alone: what is written in the block of one holds for the other. */
  readonly family: 'its' | 'v2m' | 'apic' | 'spapr' | 'imsic';
  /** What its block is called where nothing speaks for another name. */
  readonly name: string;
  /** QEMU's machine types that have it; a type of another family is replaced by the first. */
  readonly machineFamilies: readonly [MachineFamily, ...MachineFamily[]];
  /** The only firmware there is; undefined: either. */
  readonly firmware: Machine['firmware'] | undefined;
}

const ARM = { machineFamilies: ['virt'], firmware: undefined } as const;
const PSERIES = {
  family: 'spapr',
  machineFamilies: ['pseries'],
  firmware: 'devicetree',
} as const;

/** In the order of the language's reference. */
export const PLATFORMS: readonly Platform[] = [
  { ...ARM, type: 'gicv3', family: 'its', name: 'gic' },
  { ...ARM, type: 'gicv2m', family: 'v2m', name: 'gic' },
  { ...ARM, type: 'gicv5', family: 'its', name: 'gic' },
  {
    type: 'x86-apic',
    family: 'apic',
    name: 'apic',
    machineFamilies: ['q35', 'pc'],
    firmware: 'acpi',
  },
  { ...PSERIES, type: 'spapr-xics', name: 'xics' },
  { ...PSERIES, type: 'spapr-xive', name: 'xive' },
  { ...PSERIES, type: 'spapr-dual', name: 'xive' },
  { ...ARM, type: 'riscv-imsic', family: 'imsic', name: 'imsic' },
];

/** The platform of a controller's type; undefined when that is no type. */
export const platformOf = (type: string): Platform | undefined => PLATFORMS.find((platform) => platform.type === type);

/** What the language says of a controller's type, in one sentence. */
export function docOf(type: ControllerType): string {
  const rule = kindOf('interrupt-controller')?.type;
  return (rule?.take === 'listed' ? rule.types.find(({ word }) => word === type)?.doc : undefined) ?? '';
}
