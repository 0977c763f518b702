/**
 * The declared machine: what a spec says once names, arrays, device types and defaults are resolved. Plain immutable
 * values without positions. A declaration of an array stays one value with a count; ../pci expands it.
 */
import type { Address } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';

/** `linux-6.12` is `{ major: 6, minor: 12 }`; QEMU and machine type versions likewise. */
export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The three kernels whose rules are known (facts: up to 6.10 as 6.1, 6.11 to 6.15 as 6.12, later as 7.2). */
export type RuleSet = '6.1' | '6.12' | '7.2';

export interface Machine {
  /** The `machine` block; absent when the spec has none. */
  readonly decl: Declared | undefined;
  readonly os: Version;
  readonly rules: RuleSet;
  readonly vmm: Version | undefined;
  readonly machineType: { readonly family: 'virt' | 'q35' | 'pc' | 'pseries'; readonly version: Version } | undefined;
  readonly firmware: 'devicetree' | 'acpi';
  /** CPUs online at boot. */
  readonly cpus: number;
  readonly possibleCpus: number;
  /** CPUs of each NUMA node; undefined: no NUMA. The language does not set them yet; records do. */
  readonly numaNodes?: readonly (readonly number[])[] | undefined;
  readonly pageSizeBytes: number;
  /** Interrupt routes of the VMM; undefined without one. */
  readonly routes: number | undefined;
  readonly kernelOptions: KernelOptions;
  readonly controllers: readonly Controller[];
  readonly hostBridges: readonly HostBridge[];
  /** Top-level `hotplug endpoint`s, which have no place yet. */
  readonly unplaced: readonly PciNode[];
  readonly vms: readonly Vm[];
  readonly scenarios: readonly Scenario[];
  /** False for a library: a file without `machine` and `host-bridge`. */
  readonly complete: boolean;
}

/** Options of the kernel's command line that change allocation. The language does not set them yet; records do. */
export interface KernelOptions {
  /** False with `pci=nomsi`. */
  readonly msi: boolean;
  /** `pci=hpbussize=n`: buses given to a hot-plug bridge at least. */
  readonly hotplugBusSize: number;
  /** `irqaffinity=`: the CPUs that ordinary interrupts prefer; undefined: all. */
  readonly defaultAffinity?: readonly number[] | undefined;
  /** `isolcpus=managed_irq,…`: the CPUs that managed interrupts avoid. */
  readonly isolatedManaged?: readonly number[] | undefined;
  /** Not Linux: how the events of an ITS would live in another model of it. */
  readonly whatIf?: WhatIf | undefined;
}

/** Models of the life of an ITS's events that were discussed: blocks freed in one piece; regions reserved and released. */
export type WhatIf = 'bulk' | 'four-phase';

export type Controller = Gicv3 | Gicv5 | X86Apic | RiscvImsic | OtherController;

export interface Gicv3 {
  readonly type: 'gicv3';
  readonly decl: Declared;
  readonly name: string | undefined;
  /** Interrupt ID bits the distributor offers; LPIs are 8192 .. 2^idBits - 1. */
  readonly idBits: number;
  /** Number of LPIs where a hypervisor restricts them (GICD_TYPER.num_LPIs). */
  readonly lpiLimit: number | undefined;
  readonly gicv4: boolean;
  readonly directLpi: boolean;
  readonly itses: readonly Its[];
}

/** A GICv5: its interrupt routing service, and the ITSs in front of it. */
export interface Gicv5 {
  readonly type: 'gicv5';
  readonly decl: Declared;
  readonly name: string | undefined;
  /** Bits of an LPI's number; LPIs are 0 .. 2^idBits - 1. */
  readonly idBits: number;
  readonly itses: readonly Its[];
}

export interface Its {
  readonly decl: Declared;
  readonly name: string | undefined;
  readonly deviceIdBits: number;
  readonly eventIdBits: number;
  /** Two-level device table; in a GICv5 also two-level translation tables, where they are long enough. */
  readonly indirect: boolean;
  readonly ittEntrySizeBytes: number;
  readonly quirk: 'none' | 'cavium-22375' | 'qdf2400-e0065' | 'synquacer';
}

export interface X86Apic {
  readonly type: 'x86-apic';
  readonly decl: Declared;
  readonly name: string | undefined;
  /** ISA interrupts that some driver holds on CPU 0 at boot. */
  readonly isaIrqs: readonly number[];
  /** All vectors in use before the first PCI driver, by CPU, those of `isaIrqs` on CPU 0 included; none beyond its end. */
  readonly vectorsInUse: readonly number[];
  /** IO-APIC pins that the kernel sets up at boot, whoever uses them. */
  readonly ioApicPins: number;
  /** There is an 8259. */
  readonly legacyPic: boolean;
  /** 32-bit system calls are enabled. */
  readonly ia32: boolean;
  readonly remapping: 'none' | 'intel' | 'amd';
  /** Entries per table; undefined: as the kernel has them. */
  readonly remappingEntries: number | undefined;
}

export interface RiscvImsic {
  readonly type: 'riscv-imsic';
  readonly decl: Declared;
  readonly name: string | undefined;
  /** Interrupt identities of each CPU's file, 1 .. identities: one less than a multiple of 64. */
  readonly identities: number;
}

export interface OtherController {
  readonly type: 'gicv2m' | 'spapr-xics' | 'spapr-xive' | 'spapr-dual';
  readonly decl: Declared;
  readonly name: string | undefined;
  /** gicv2m: the SPIs of each frame, INTIDs, both ends included. Empty for others. */
  readonly spiFrames: readonly { readonly first: number; readonly last: number }[];
}

export interface HostBridge {
  readonly decl: Declared;
  readonly name: string | undefined;
  /** PCI domain. */
  readonly segment: number;
  readonly ecamBytes: number;
  /** As written; undefined: all buses of the ECAM window. */
  readonly busRange: { readonly first: number; readonly last: number } | undefined;
  readonly msi: MsiRouting;
  /** False: no MSI below (`msi-bus = false`). */
  readonly msiBus: boolean;
  /** `none`: outside the scope of all interrupt remapping units. */
  readonly remappingUnit: number | 'none';
  readonly children: readonly PciNode[];
}

/** Where the MSIs of a host bridge go and how requester IDs become DeviceIDs. */
export type MsiRouting =
  | { readonly by: 'parent'; readonly controller: Controller; readonly its: Its | undefined }
  | { readonly by: 'map'; readonly mask: number; readonly entries: readonly MsiMapEntry[] }
  | { readonly by: 'none' };

export interface MsiMapEntry {
  readonly decl: Declared;
  readonly its: Its;
  readonly requesterIdFirst: number;
  readonly requesterIdLast: number;
  /** The DeviceID of `requesterIdFirst`. */
  readonly deviceIdFirst: number;
}

export type PciKind =
  | 'endpoint'
  | 'vf'
  | 'expander'
  | 'root-port'
  | 'switch'
  | 'downstream-port'
  | 'pcie-pci-bridge'
  | 'pci-bridge';

/** One declared PCI function, or an array of alike ones. */
export interface PciNode {
  readonly decl: Declared;
  readonly kind: PciKind;
  readonly name: string | undefined;
  /** Undefined: not an array. */
  readonly count: number | undefined;
  /** The device model, such as `nvme` or `pcie-root-port`. */
  readonly type: string | undefined;
  /** Absent at boot. */
  readonly hotplug: boolean;
  readonly at: Address | undefined;
  readonly spread: 'slots' | 'functions';
  readonly multifunction: boolean | undefined;
  readonly capabilities: Capabilities;
  readonly interface: 'pcie' | 'conventional' | 'either';
  /** `none`: present, never probed. */
  readonly driver: 'auto' | 'none';
  /** What the driver does at probe, in order. For bridges: the port or hot-plug driver is known to ../timeline. */
  readonly plan: DriverPlan;
  readonly dmaAliases: readonly Address[];
  /** Position in `Machine.numaNodes`; undefined: on no node. */
  readonly numaNode?: number | undefined;
  /** False: outside the scope of every interrupt remapping unit, on a machine that has them; such a function has no MSI domain. */
  readonly remapped?: boolean | undefined;
  readonly pciId: string | undefined;
  /** Present on everything that has a secondary bus. */
  readonly bridge: Bridge | undefined;
  readonly sriov: Sriov | undefined;
  readonly expectations: readonly Expectation[];
  /** On the secondary bus of a bridge; of an endpoint: none. */
  readonly children: readonly PciNode[];
}

export interface Capabilities {
  /** Messages of the MSI capability: 0 (none), 1, 2, 4 … 32. */
  readonly msi: number;
  readonly msiMaskable: boolean;
  readonly msi64bit: boolean;
  /** Entries of the MSI-X table: 0 (none) … 2048. */
  readonly msix: number;
  readonly intx: boolean;
  /** Interrupt message storage entries. */
  readonly ims: number | 'unlimited';
}

export interface Bridge {
  /** `bus`: the fixed secondary bus, or the bus number of an expander. */
  readonly bus: number | undefined;
  /** Buses reserved below for hot-plug. */
  readonly busesReserved: number;
  readonly hotplug: 'none' | 'native' | 'shpc' | 'acpi';
  /** Requester ID under which what is below signals: `none` for ports. */
  readonly alias: 'none' | 'own' | 'secondary';
  readonly ari: boolean;
  readonly msiBus: boolean;
  readonly pmeMessage: number;
  readonly aerMessage: number;
  readonly dpcMessage: number;
  /** Vectors the port driver keeps: 1 + the largest message number unless written. */
  readonly serviceVectors: number;
  readonly chassis: number | undefined;
  readonly slot: number | undefined;
}

export interface Sriov {
  readonly totalVfs: number;
  readonly offset: number;
  readonly stride: number;
  /** The `vf` blocks: the VFs enabled at boot, in order. */
  readonly vfs: readonly PciNode[];
}

export type MsiMode = 'msix' | 'msi' | 'intx' | 'ims';

/** One pci_alloc_irq_vectors call. */
export interface Request {
  /** The `request` block; undefined when it comes from the type's driver. */
  readonly decl: Declared | undefined;
  readonly mode: MsiMode;
  readonly min: number;
  readonly max: number;
  readonly fallback: readonly ('msi' | 'intx')[];
  readonly affinity: 'spread' | 'managed';
  readonly pre: number;
  readonly post: number;
  readonly sets: number;
  /** Table entries when they are not the first ones. */
  readonly entries: readonly number[] | undefined;
  /** How many vectors get a handler; undefined: all granted. */
  readonly irqs: number | undefined;
}

/**
 * What a driver does at probe: calls in order. Of an `allocate` the ladder's first success counts (virtio: a vector per
 * queue, else 2, else INTx). `free` gives everything back before the next (nvme: 1 vector, then the real number).
 */
export type DriverPlan = readonly DriverCall[];
export type DriverCall = { readonly call: 'allocate'; readonly ladder: readonly Request[] } | { readonly call: 'free' };

/** A guest on this machine, or an array of alike ones. */
export interface Vm {
  readonly decl: Declared;
  readonly name: string | undefined;
  /** Undefined: not an array. */
  readonly count: number | undefined;
  /** The guest's kernel. */
  readonly os: Version;
  /** The QEMU it runs under; undefined: a VMM without limits of its own. */
  readonly vmm: Version | undefined;
  /** Interrupt routes KVM has for each. */
  readonly routes: number;
  /** The guest can ask the hypervisor for address and data pairs. */
  readonly interruptHypercall: boolean;
  /** Started by `boot`. */
  readonly autostart: boolean;
  /** What the VMM does when the host has no vector left at unmask. */
  readonly onError: 'ignore' | 'kill';
  /** In file order. */
  readonly assignments: readonly Assignment[];
}

/** Functions of the machine given to a guest; their driver on the host is vfio-pci. */
export interface Assignment {
  readonly decl: Declared;
  readonly node: PciNode;
  /** The elements named: element i of an array of VMs gets the i-th of them, a VM that is no array all. */
  readonly numbers: readonly number[];
  /** Entries the guest unmasks when it starts, from 0 on; undefined: all of the table. */
  readonly entries: number | undefined;
  /** As written; undefined: as the kernels and the VMM do it. */
  readonly flow: Flow | undefined;
  /** IMS entries the guest uses. */
  readonly ims: number | 'all';
}

/** How a VMM follows a guest that unmasks entries. */
export type Flow = 'allocate-up-front' | 'grow' | 'dynamic';

export interface Scenario {
  readonly decl: Declared;
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Elements of a declaration, by flat number: the outer index counts first (`v[1][0]` of `nic[4] { vf v[32] }` is 32). */
export interface Elements {
  readonly node: PciNode;
  readonly numbers: readonly number[];
}

/** Elements of a declared VM, by number; 0 is one that is no array. */
export interface VmElements {
  readonly vm: Vm;
  readonly numbers: readonly number[];
}

/** Both ends included: vectors, or table entries. */
export interface EntrySpan {
  readonly first: number;
  readonly last: number;
}

/** One statement of a scenario. `subjects` are taken one by one, in order. */
export type Step =
  | Plain<'boot'>
  | OnFunctions<'plug' | 'unplug' | 'probe' | 'remove' | 'disable'>
  /** `asks`: what the body says; what it does not say is as in the function's own request. */
  | OnFunctions<'enable', { readonly asks: Partial<Request> }>
  /** One dynamic entry each, `count` times, from `index` on; undefined: the lowest free ones. */
  | OnFunctions<
      'allocate' | 'free',
      { readonly mode: 'msix' | 'ims'; readonly index: number | undefined; readonly count: number }
    >
  /** `vectors`: entries of the MSI-X table, messages of MSI, 0 for the INTx line. */
  | OnFunctions<
      'request-irq',
      { readonly vectors: EntrySpan; readonly cpu: number | undefined; readonly pasid: number | undefined }
    >
  | OnFunctions<'free-irq', { readonly vectors: EntrySpan }>
  /** By the guest to which the function is assigned. */
  | OnFunctions<'mask' | 'unmask', { readonly entries: EntrySpan }>
  | OnFunctions<'set-pasid', { readonly entry: number; readonly pasid: number }>
  | Plain<'start' | 'stop', { readonly vms: VmElements }>
  | Plain<'online' | 'offline', { readonly cpus: readonly number[] }>
  | Plain<'snapshot', { readonly name: string }>
  /** `to`: the path as written. `target`: undefined where it cannot be read. The steps that follow are about its machine. */
  | Plain<'migrate', { readonly to: string; readonly target: MigrationTarget | undefined }>
  | Plain<'expect', { readonly subjects: readonly Elements[] | 'machine'; readonly expectations: Expectations }>
  /** About a controller or, where `its` is there, about one ITS of it. */
  | Plain<
      'expect-controller',
      { readonly controller: Controller; readonly its: Its | undefined; readonly expectations: Expectations }
    >
  | Plain<'expect-cpu', { readonly cpus: readonly number[]; readonly expectations: Expectations }>
  | Plain<'expect-vm', { readonly vms: VmElements; readonly expectations: Expectations }>;

/** The machine of another spec, to which a scenario moves. */
export interface MigrationTarget {
  /** Its main file. */
  readonly uri: string;
  /** With the guest's kernel in place of its own: a migration does not change what runs. It has no scenarios. */
  readonly machine: Machine;
  /** The kernel that the other spec itself names; undefined: none. */
  readonly os: Version | undefined;
}

type Expectations = readonly Expectation[];

/** A step with the block it is written as: one member of the union for each `Op`. */
type Plain<Op, Rest = unknown> = Op extends string ? { readonly op: Op; readonly decl: Declared } & Rest : never;

/** A step that is done to functions. */
type OnFunctions<Op, Rest = unknown> = Plain<Op, { readonly subjects: readonly Elements[] } & Rest>;

/** A step of one kind. */
export type StepOf<Op extends Step['op']> = Extract<Step, { readonly op: Op }>;

export interface Expectation {
  readonly decl: Declared;
  /** The property's key: `vectors`, `error`, `device-id` … */
  readonly key: string;
  readonly accepts: Accepts;
}

export type Accepts =
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'range'; readonly from: number; readonly to: number }
  | { readonly is: 'word'; readonly word: string }
  | { readonly is: 'list'; readonly items: readonly Accepts[] };
