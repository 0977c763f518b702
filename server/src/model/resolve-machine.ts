/** The `machine` block, its defaults, and what the controllers say about the machine as a whole. */
import { KVM_ROUTES } from '../schema/hypervisor-tables.ts';
import type { Declared } from './declared.ts';
import type { Machine, RuleSet, Version } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { asBytes, asNumber, asWord, valueIn } from './values.ts';
import { compareVersions, doubtAbout, NEWEST_LINUX, parseVersion, ruleSetOf, writeVersion } from './versions.ts';

/** What does not depend on the PCI tree. */
export type MachineFacts = Pick<
  Machine,
  | 'decl'
  | 'os'
  | 'rules'
  | 'vmm'
  | 'machineType'
  | 'firmware'
  | 'cpus'
  | 'possibleCpus'
  | 'pageSizeBytes'
  | 'routes'
  | 'kernelOptions'
>;

const DEFAULT_PAGE_BYTES = 4096;

/** The facts of the machine; `controllers` are all `interrupt-controller` blocks of the spec. */
export function resolveMachine(
  machine: Declared | undefined,
  controllers: readonly Declared[],
  problems: ModelProblem[],
): MachineFacts {
  const layers = machine === undefined ? [] : [machine];
  const apic = controllers.find(({ type }) => type === 'x86-apic');
  const os = resolveOs(machine, problems);
  if (apic !== undefined) checkRemappingEntries(apic, ruleSetOf(os), problems);
  const vmm = versionOf(valueIn(layers, 'vmm'), 'qemu');
  const cpus = resolveCpus(machine, apic, problems);
  const possibleCpus = asNumber(valueIn(layers, 'possible-cpus')) ?? cpus;
  if (machine !== undefined && possibleCpus < cpus) {
    problems.push({
      rule: 'value-out-of-range',
      at: { decl: machine, part: { value: 'possible-cpus' } },
      message: `possible-cpus must be at least the ${cpus} CPUs that are online, got ${possibleCpus}`,
      facts: { property: 'possible-cpus' },
      replacement: String(cpus),
    });
  }
  return {
    decl: machine,
    os,
    rules: ruleSetOf(os),
    vmm,
    machineType: resolveMachineType(machine, controllers, vmm),
    firmware:
      asWord(valueIn(layers, 'firmware'), ['devicetree', 'acpi']) ?? (apic === undefined ? 'devicetree' : 'acpi'),
    cpus,
    possibleCpus: Math.max(possibleCpus, cpus),
    pageSizeBytes: asBytes(valueIn(layers, 'page-size')) ?? DEFAULT_PAGE_BYTES,
    routes: asNumber(valueIn(layers, 'routes')) ?? (vmm === undefined ? undefined : KVM_ROUTES),
    kernelOptions: { msi: true, hotplugBusSize: 1 },
  };
}

function resolveOs(machine: Declared | undefined, problems: ModelProblem[]): Version {
  return machine === undefined ? NEWEST_LINUX : kernelOf(machine, problems);
}

/** The `os` of a machine or a VM; a kernel whose rules are a guess is a problem. */
export function kernelOf(decl: Declared, problems: ModelProblem[]): Version {
  const value = decl.values.get('os');
  if (value?.is !== 'word') return NEWEST_LINUX;
  const os = parseVersion(value.text)?.version ?? NEWEST_LINUX;
  const released = `linux-${writeVersion(os)}`;
  const doubt =
    doubtAbout(os) ?? (value.text === released ? undefined : `The rules go by ${released}, not by its updates`);
  if (doubt !== undefined) {
    const replacement = doubtAbout(os) === undefined ? released : `linux-${ruleSetOf(os)}`;
    problems.push({
      rule: 'unknown-kernel-profile',
      at: { decl, part: { value: 'os' } },
      message: `${doubt}; assuming the rules of ${ruleSetOf(os)}`,
      facts: { profile: value.text, assumed: ruleSetOf(os) },
      replacement,
    });
  }
  return os;
}

/** Both the machine and an x86-apic may say how many CPUs there are; two numbers are a contradiction. */
function resolveCpus(machine: Declared | undefined, apic: Declared | undefined, problems: ModelProblem[]): number {
  const ofMachine = asNumber(machine?.values.get('cpus'));
  const ofApic = asNumber(apic?.values.get('cpus'));
  if (ofMachine !== undefined && ofApic !== undefined && ofMachine !== ofApic && machine && apic) {
    problems.push({
      rule: 'value-out-of-range',
      at: { decl: apic, part: { value: 'cpus' } },
      message: `cpus must be the machine's ${ofMachine}, got ${ofApic}`,
      related: [{ at: { decl: machine, part: { property: 'cpus' } }, message: `the machine has ${ofMachine}` }],
      facts: { property: 'cpus', machine: ofMachine, controller: ofApic },
      replacement: String(ofMachine),
    });
  }
  return ofMachine ?? ofApic ?? 1;
}

/** MAX_IRQS_PER_TABLE, drivers/iommu/amd/amd_iommu_types.h: with 2K support, which Linux looks for from 7.2 on, and without. */
const AMD_ENTRIES_MAX: Readonly<Record<RuleSet, number>> = { '6.1': 512, '6.12': 512, '7.2': 2048 };

/** AMD's tables have the length that the kernel gives them. */
function checkRemappingEntries(apic: Declared, rules: RuleSet, problems: ModelProblem[]): void {
  const entries = asNumber(apic.values.get('remapping-entries'));
  if (entries === undefined || asWord(apic.values.get('remapping'), ['amd']) === undefined) return;
  const most = AMD_ENTRIES_MAX[rules];
  if (entries <= most) return;
  problems.push({
    rule: 'value-out-of-range',
    at: { decl: apic, part: { value: 'remapping-entries' } },
    message: `remapping-entries of amd must be at most ${most} by the rules of Linux ${rules}, got ${entries}`,
    facts: { property: 'remapping-entries' },
    replacement: String(most),
  });
}

type MachineType = NonNullable<Machine['machineType']>;
const FAMILIES: readonly MachineType['family'][] = ['virt', 'q35', 'pc', 'pseries'];

/** As written; else what a pseries controller says; else the newest of the VMM for the platform of the controllers. */
function resolveMachineType(
  machine: Declared | undefined,
  controllers: readonly Declared[],
  vmm: Version | undefined,
): MachineType | undefined {
  const written = machineTypeOf(machine?.values.get('machine-type'));
  if (written !== undefined) return written;
  const pseries = controllers.find(({ type }) => type?.startsWith('spapr-') === true);
  const ofController = machineTypeOf(pseries?.values.get('machine-version'));
  if (ofController !== undefined) return ofController;
  if (vmm === undefined) return undefined;
  const x86 = controllers.some(({ type }) => type === 'x86-apic');
  return { family: pseries !== undefined ? 'pseries' : x86 ? 'q35' : 'virt', version: vmm };
}

function machineTypeOf(value: ReturnType<typeof valueIn>): MachineType | undefined {
  if (value?.is !== 'word') return undefined;
  const parsed = parseVersion(value.text);
  const family = FAMILIES.find((known) => known === parsed?.family);
  return parsed === undefined || family === undefined ? undefined : { family, version: parsed.version };
}

function versionOf(value: ReturnType<typeof valueIn>, family: string): Version | undefined {
  if (value?.is !== 'word') return undefined;
  const parsed = parseVersion(value.text);
  return parsed?.family === family ? parsed.version : undefined;
}

/** Whether two machines are alike in everything a PCI function's defaults may depend on. */
export function sameFacts(a: MachineFacts, b: MachineFacts): boolean {
  const sameVersion = (x: Version | undefined, y: Version | undefined) =>
    x === y || (x !== undefined && y !== undefined && compareVersions(x, y) === 0);
  return (
    sameVersion(a.os, b.os) &&
    sameVersion(a.vmm, b.vmm) &&
    a.machineType?.family === b.machineType?.family &&
    sameVersion(a.machineType?.version, b.machineType?.version) &&
    a.cpus === b.cpus &&
    a.possibleCpus === b.possibleCpus
  );
}
