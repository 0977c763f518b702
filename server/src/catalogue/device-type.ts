/** What the catalogue says of a device type, and what its numbers may depend on. */
import type { Bridge, Capabilities, DriverPlan, PciKind, RuleSet, Version } from '../model/machine.ts';

/** The machine around a device, as far as default numbers depend on it. */
export interface TypeContext {
  readonly rules: RuleSet;
  /** Undefined: real hardware. */
  readonly vmm: Version | undefined;
  readonly machineType: { readonly family: 'virt' | 'q35' | 'pc' | 'pseries'; readonly version: Version } | undefined;
  readonly cpus: number;
  readonly possibleCpus: number;
  /** The `queues` property; undefined: the type's own number. */
  readonly queues: number | undefined;
  /** The `hotplug` property of a bridge; undefined: the type's own. */
  readonly hotplug: Bridge['hotplug'] | undefined;
}

/** What a driver sees: the machine, and the function with all its properties applied. */
export interface PlanContext extends TypeContext {
  readonly capabilities: Capabilities;
}

/** A number that stands for itself, or one that is computed; `text` says how, as markdown. */
export type Count = number | { readonly text: string; readonly of: (context: TypeContext) => number };

export interface DeviceType {
  /** As written behind the colon, and, where there is one, the name of QEMU's device. */
  readonly name: string;
  /** What it is: one or two sentences of markdown. */
  readonly doc: string;
  /** Where its numbers come from. */
  readonly source: string;
  /** The kinds that can have this type. */
  readonly kinds: readonly PciKind[];
  /** Vendor and device, `1af4:1041`; undefined where it is not known or not one. */
  readonly pciId: string | undefined;
  readonly interface: 'pcie' | 'conventional' | 'either';
  /** The device permits hot-plug; where it is put must, too. */
  readonly hotpluggable: boolean;
  /** Messages of the MSI capability. */
  readonly msi: number;
  readonly msiMaskable: boolean;
  readonly msi64bit: boolean;
  /** Entries of the MSI-X table. */
  readonly msix: Count;
  readonly intx: boolean;
  /** Absent where nothing depends on it. */
  readonly queues?: Count;
  readonly sriov?: { readonly totalVfs: number; readonly offset: number; readonly stride: number };
  readonly bridge?: BridgeDefaults;
  /** What its driver in Linux asks for at probe. Of a bridge: nothing, for the port driver is not part of the type. */
  readonly plan: (context: PlanContext) => DriverPlan;
  /** The same in words, as markdown. */
  readonly planText: string;
}

export interface BridgeDefaults {
  /** What `hotplug` stands for when it is left out. */
  readonly hotplug: Bridge['hotplug'] | ((context: TypeContext) => Bridge['hotplug']);
  /** The MSI belongs to the SHPC: without it there is none. */
  readonly msiNeedsShpc: boolean;
  readonly alias: Bridge['alias'];
  readonly pmeMessage: number;
  readonly aerMessage: number;
  readonly dpcMessage: number;
}

/** The number a count comes to on a machine. */
export const countOf = (count: Count, context: TypeContext): number =>
  typeof count === 'number' ? count : count.of(context);

/** QEMU's device models keep the numbers of the machine type's version: whether that is at most `major.minor`. */
export function upToMachine(context: TypeContext, major: number, minor: number): boolean {
  const version = context.machineType?.version ?? context.vmm;
  if (version === undefined) return false;
  return version.major < major || (version.major === major && version.minor <= minor);
}
