/** Where a function's interrupts go, on x86 and on an IMSIC: CPUs, vectors or identities, remapping entries, as rows and as words. */
import { add, type Interval, noIntervals, size } from '../base/intervals.ts';
import type { VectorRun } from '../controllers/controller.ts';
import { type ImsicState, placesOf, riscvImsic } from '../controllers/riscv-imsic/index.ts';
import {
  type Delivery,
  deliveries,
  heldEntries,
  managedPerCpu,
  managedPlacing,
  ordinaryPlacing,
  pinTarget,
  placeReason,
  tableText,
  type X86State,
} from '../controllers/x86-apic/index.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { Reason } from '../timeline/run.ts';
import { functionState, type MachineState } from '../timeline/state.ts';

export interface DeliveryRow {
  /** What a CPU's numbers are called: `vectors` on x86, `identities` on an IMSIC. */
  readonly of: 'vectors' | 'identities';
  /** Each message interrupt, or the one line. */
  readonly interrupts: readonly InterruptRow[];
  /** Vectors set aside on each CPU of their masks for managed interrupts, in use or not. */
  readonly managedPerCpu: number;
  /** "remapping unit 0", "DeviceID 0x0008", and the entries held there; undefined without remapping. */
  readonly remapping: { readonly table: string; readonly entries: readonly Interval[] } | undefined;
}

export interface InterruptRow {
  /** MSI-X table index, or message number; 0 for a line. */
  readonly index: number;
  /** Linux interrupt number; undefined where it is not known. */
  readonly irq: number | undefined;
  /** Undefined: it is promised a vector, or has one set aside, and none is in use. */
  readonly cpu: number | undefined;
  /** The vector, or the identity. */
  readonly vector: number | undefined;
  /** Entry of the remapping table. */
  readonly entry: number | undefined;
  readonly managed: boolean;
}

export interface CpuRow {
  readonly online: boolean;
  /** In use. */
  readonly vectors: number;
  /** Set aside for managed interrupts, in use or not. */
  readonly managed: number;
  /** Left for others. */
  readonly available: number;
}

/** The row of a function with interrupts; undefined for others, and on other machines. */
export function deliveryRow(state: MachineState, fn: FunctionIndex): DeliveryRow | undefined {
  const { mode, requester, vectors, line } = functionState(state, fn);
  if (mode === 'none') return undefined;
  const imsic = requester && state.controllers[requester.controller];
  if (imsic?.type === 'riscv-imsic' && mode !== 'intx') return identitiesRow(imsic, vectors);
  const apic = apicOf(state);
  if (apic === undefined) return undefined;
  if (mode === 'intx') {
    return line === undefined
      ? undefined
      : { of: 'vectors', interrupts: [lineRow(apic, line)], managedPerCpu: 0, remapping: undefined };
  }
  const held = requester && heldEntries(apic, requester, vectors);
  return {
    of: 'vectors',
    interrupts: deliveries(apic, vectors).map(interruptRow),
    managedPerCpu: managedPerCpu(vectors),
    remapping: held && { table: tableText(held.table), entries: held.entries },
  };
}

/** "cpu[0] 34..35+40, cpu[3] 33, 2 promised": by CPU, at most `most` of them. */
export function targetsText({ interrupts }: DeliveryRow, most: number): string {
  const perCpu = new Map<number, readonly Interval[]>();
  let idle = 0;
  let idleManaged = 0;
  for (const { cpu, vector, managed } of interrupts) {
    if (cpu !== undefined && vector !== undefined) perCpu.set(cpu, add(perCpu.get(cpu) ?? noIntervals, vector, vector));
    else if (managed) idleManaged++;
    else idle++;
  }
  const cpus = [...perCpu].sort(([a], [b]) => a - b);
  const parts = cpus.slice(0, most).map(([cpu, vectors]) => `cpu[${cpu}] ${runsText(vectors, '+')}`);
  if (cpus.length > most) parts.push(`${cpus.length - most} more CPUs`);
  if (idle > 0) parts.push(`${idle} promised`);
  if (idleManaged > 0) parts.push(`${idleManaged} set aside`);
  return parts.join(', ');
}

/** Interrupts told one by one before "and n more". */
const TOLD = 8;

/** Each of a function's interrupts with why it is where it is; undefined without any. */
export function deliveryText(state: MachineState, fn: FunctionIndex): string | undefined {
  const { mode, vectors, line } = functionState(state, fn);
  const apic = apicOf(state);
  if (apic === undefined || mode === 'none') return undefined;
  if (mode === 'intx') return line === undefined ? undefined : lineText(apic, line);
  const all = deliveries(apic, vectors);
  const placed = all.filter(({ interrupt }) => interrupt.target !== undefined);
  const hasOrdinary = placed.some(({ interrupt }) => !interrupt.managed);
  const rules = [
    ...(hasOrdinary ? [ruleText('An interrupt', ordinaryPlacing)] : []),
    ...(placed.some(({ interrupt }) => interrupt.managed)
      ? [ruleText(hasOrdinary ? 'a managed one' : 'A managed interrupt', managedPlacing)]
      : []),
  ].join('; ');
  const told = all.slice(0, TOLD).map((one) => `- ${whereText(one)}${whyText(placeReason(one.interrupt))}`);
  const more = all.length > TOLD ? [`- … and ${all.length - TOLD} more`] : [];
  return [...(rules === '' ? [] : [`${rules}:`]), ...told, ...more].join('\n');
}

/** How full each CPU is, from cpu[0] on. */
export function cpuRows({ matrix }: X86State): readonly CpuRow[] {
  return matrix.cpus.map(({ online, allocated, managed, available }) => ({
    online,
    vectors: allocated,
    managed: size(managed),
    available: online ? available : 0,
  }));
}

/** "cpu[0]: 4 vectors in use, 1 set aside, 196 left", of at most `most` CPUs. */
export function cpuLines(cpus: readonly CpuRow[], most: number): readonly string[] {
  const lines = cpus.slice(0, most).map(({ online, vectors, managed, available }, cpu) => {
    const aside = managed === 0 ? '' : `${managed} set aside for managed ones, `;
    return `- cpu[${cpu}]: ${vectors} in use, ${aside}${online ? `${available} left` : 'offline'}`;
  });
  return cpus.length > most ? [...lines, `- … and ${cpus.length - most} more CPUs`] : lines;
}

/** The local APICs of a machine that has them. */
export function apicOf({ controllers }: Pick<MachineState, 'controllers'>): X86State | undefined {
  for (const own of controllers) if (own.type === 'x86-apic') return own;
  return undefined;
}

/** On an IMSIC each vector has its identity of a CPU from its allocation on. */
function identitiesRow(imsic: ImsicState, runs: readonly VectorRun[]): DeliveryRow {
  const interrupts = runs.flatMap((run) =>
    placesOf(imsic, run).map(({ cpu, identity }, i): InterruptRow => {
      const { index, managed } = run;
      return { index: index + i, irq: undefined, cpu, vector: identity, entry: undefined, managed };
    }),
  );
  return { of: 'identities', interrupts, managedPerCpu: 0, remapping: undefined };
}

/** Identities in use and left on each CPU of an IMSIC. */
export const identityRows = (imsic: ImsicState): readonly CpuRow[] =>
  imsic.files.map(({ online }, cpu) => {
    const { vectors, available } = riscvImsic.cpuFigures?.(imsic, cpu) ?? { vectors: 0, available: 0 };
    return { online, vectors, managed: 0, available };
  });

function interruptRow({ index, irq, entry, interrupt }: Delivery): InterruptRow {
  const { target, managed } = interrupt;
  return { index, irq, cpu: target?.cpu, vector: target?.vector, entry, managed };
}

/** Linux's number of a line is its pin's. */
function lineRow(apic: X86State, pin: number): InterruptRow {
  const target = pinTarget(apic, pin);
  return { index: 0, irq: pin, cpu: target?.cpu, vector: target?.vector, entry: undefined, managed: false };
}

function lineText(apic: X86State, pin: number): string {
  const target = pinTarget(apic, pin);
  const where = target === undefined ? 'promised a vector' : `cpu[${target.cpu}] vector ${target.vector}`;
  const why = target === undefined ? '' : whyText(placeReason({ target, managed: false, mask: undefined }));
  return `Its line ends on IO-APIC pin ${pin}: ${where}${why}`;
}

const ruleText = (who: string, { text, source }: Reason): string => `${who} ${text} *(${source})*`;

/** "0: cpu[3] vector 34, irq 24, entry 16" */
function whereText({ index, irq, entry, interrupt: { target, managed } }: Delivery): string {
  const idle = managed ? 'set aside on each CPU of its mask' : 'promised a vector';
  const where = target === undefined ? idle : `cpu[${target.cpu}] vector ${target.vector}`;
  return `${index}: ${where}, irq ${irq}${entry === undefined ? '' : `, entry ${entry}`}`;
}

const whyText = (reason: string | undefined): string => (reason === undefined ? '' : ` (${reason})`);

const runsText = (runs: readonly Interval[], between: string): string =>
  runs.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)).join(between);
