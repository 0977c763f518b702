/** The format of a record (records/FORMAT.md, records/its/FORMAT.md), and reading one from its text. */

export interface MachineRecord {
  readonly id: string;
  readonly title: string;
  readonly machine: RecordedMachine;
  readonly controllers: readonly RecordedController[];
  readonly functions: readonly RecordedFunction[];
  readonly steps: readonly RecordedStep[];
}

export interface RecordedMachine {
  readonly os: string;
  readonly vmm: string;
  readonly type: string;
  readonly options?: string;
  readonly cpus: number;
  readonly firmware?: string;
  readonly kernelArgs?: string;
  readonly rootBuses?: readonly { readonly bus: number; readonly range: readonly [number, number] }[];
  readonly extraRootBuses?: readonly { readonly id: string; readonly bus: number }[];
}

export interface RecordedController {
  readonly type: string;
  /** How many ITSs a GICv3 has: 0 or 1. */
  readonly its?: number;
  readonly deviceIdBits?: number;
  readonly eventIdBits?: number;
  readonly lpiIdBits?: number;
  readonly ittEntrySize?: number;
  readonly deviceTable?: { readonly layout: string };
  readonly msiMap?: readonly { readonly ridBase: number; readonly out: number; readonly length: number }[];
  readonly msiMapMask?: number;
  readonly intidBase?: number;
  readonly intids?: number;
}

export interface RecordedFunction {
  readonly id: string;
  readonly kind: string;
  readonly parent: string;
  readonly rootBus?: number;
  /** device.function in hexadecimal. */
  readonly at: string;
  readonly conventional?: boolean;
  readonly msi: number;
  readonly msix: number;
  readonly msiMaskable?: boolean;
  readonly device?: string;
  readonly model?: string;
  readonly driver?: string;
  readonly observed?: Readonly<Record<string, unknown>>;
  /** NUMA node. */
  readonly numaNode?: number;
  /** False: outside every interrupt remapping unit. */
  readonly remapped?: boolean;
}

export interface RecordedStep {
  readonly n: number;
  readonly do: Operation;
  readonly observed: Readonly<Record<string, unknown>>;
}

/** The fields of every operation; which of them stand depends on `op`. */
export interface Operation {
  readonly op: string;
  readonly fn?: string;
  readonly modes?: readonly ('msix' | 'msi' | 'intx')[];
  readonly min?: number;
  readonly max?: number;
  readonly affinity?: { readonly pre?: number; readonly post?: number };
  readonly entries?: readonly number[];
  readonly index?: number | 'any';
  readonly from?: number;
  readonly to?: number;
  readonly driver?: string;
  readonly cpu?: number;
  readonly vfs?: number;
  readonly vfOffset?: number;
  readonly vfStride?: number;
  readonly function?: RecordedFunction;
}

/** Controllers whose records this version replays. */
const replayedControllers = new Set(['gicv3', 'gicv2m']);

/** The record in a JSON text; undefined when it is JSON but no record. Throws on text that is no JSON. */
export function readRecord(text: string): MachineRecord | undefined {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : undefined;
}

/** Why the record cannot be replayed at all; undefined when it can. */
export function unsupported(record: MachineRecord): string | undefined {
  const [controller] = record.controllers;
  if (controller === undefined) return 'the machine has no interrupt controller';
  return replayedControllers.has(controller.type) ? undefined : `controller ${controller.type} is not supported yet`;
}

function isRecord(value: unknown): value is MachineRecord {
  if (typeof value !== 'object' || value === null) return false;
  if (!('id' in value && 'machine' in value && 'controllers' in value && 'functions' in value && 'steps' in value)) {
    return false;
  }
  return (
    typeof value.id === 'string' &&
    Array.isArray(value.controllers) &&
    Array.isArray(value.functions) &&
    Array.isArray(value.steps)
  );
}
