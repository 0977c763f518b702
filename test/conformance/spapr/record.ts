/** The format of a pseries record: records/spapr/FORMAT.md. */

export interface SpaprRecord {
  readonly id: string;
  readonly machine: { readonly os: string; readonly vmm: string; readonly cpus: number };
  readonly controllers: readonly [SpaprController];
  readonly functions: readonly SpaprFunction[];
  readonly given: {
    readonly claimed: readonly Claimed[];
    readonly phbs: readonly { readonly phb: number; readonly buid: string; readonly totalMsi: number }[];
    readonly requests: readonly { readonly bdf: string; readonly msi?: number; readonly msix?: number }[];
  };
  readonly steps: readonly SpaprStep[];
}

export interface SpaprController {
  readonly type: 'spapr-xics' | 'spapr-xive' | 'spapr-dual';
  /** pseries-X.Y */
  readonly machine: string;
  readonly numbering: 'per-type' | 'one-pool';
  readonly firstSource: number;
  readonly lastSource: number;
  readonly firstMsi?: number;
}

export interface SpaprFunction {
  /** With its domain where that is not 0. */
  readonly bdf: string;
  readonly parent: string;
  readonly phb: number;
  readonly msi: number;
  readonly msix: number;
  /** Hexadecimal. */
  readonly configAddress: string;
  readonly device?: string;
}

/** A run of sources, both included. */
export interface Claimed {
  readonly from: number;
  readonly to: number;
  readonly kind: 'msi' | 'lsi';
}

export interface SpaprStep {
  readonly n: number;
  readonly do: SpaprOperation;
  readonly observed: Readonly<Record<string, unknown>>;
}

/** The fields of every operation; which of them stand depends on `op`. */
export interface SpaprOperation {
  readonly op: string;
  readonly bdf?: string;
  readonly modes?: readonly ('msix' | 'msi' | 'intx')[];
  readonly min?: number;
  readonly max?: number;
  readonly affinity?: { readonly pre?: number; readonly post?: number };
  readonly entries?: readonly number[];
  readonly from?: number;
  readonly to?: number;
  readonly index?: number | 'any';
  readonly cpu?: number;
  readonly buid?: string;
  readonly configAddress?: string;
  readonly function?: number | SpaprFunction;
  readonly number?: number;
  readonly returns?: number;
  readonly vectors?: number;
  readonly indicator?: number;
  readonly state?: number;
}

const types: readonly string[] = ['spapr-xics', 'spapr-xive', 'spapr-dual'];

/** Whether a record is one of a pseries machine. */
export function isSpaprRecord(record: object): record is SpaprRecord {
  if (!('controllers' in record && 'given' in record && Array.isArray(record.controllers))) return false;
  return types.includes(String(record.controllers[0]?.type));
}
