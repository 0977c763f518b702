/** The format of an x86 record (records/x86/FORMAT.md), where it differs from that of the ITS records. */

export interface X86Record {
  readonly id: string;
  readonly title: string;
  readonly machine: { readonly os: string; readonly vmm: string; readonly type: string; readonly cpus: number };
  readonly controllers: readonly X86Controller[];
  readonly functions: readonly X86Function[];
  readonly given: X86Given;
  readonly steps: readonly X86Step[];
}

export interface X86Controller {
  readonly type: string;
  readonly firstVector: number;
  readonly lastVector: number;
  readonly systemVectors: readonly number[];
  readonly placeholderVector: number;
  readonly remapping: 'none' | 'intel' | 'amd';
  readonly irtes?: number;
}

export interface X86Function {
  readonly bdf: string;
  readonly kind: string;
  readonly parent: string;
  readonly msi?: number;
  readonly msix?: number;
  readonly msiMaskable?: boolean;
  readonly device?: string;
  readonly note?: string;
  readonly node?: number;
  readonly msiDomain?: 'none' | 'not-remapped' | 'remapped';
}

/** The state right before the first step. CPUs, vectors and entries are lists such as "33-35,48". */
export interface X86Given {
  readonly counts: Counts;
  readonly used: readonly string[];
  readonly managedSet?: readonly string[];
  readonly irtesInUse?: string;
  readonly defaultAffinity?: string;
  readonly isolatedManaged?: string;
  readonly msiDisabled?: boolean;
  readonly nodes?: readonly { readonly node: number; readonly cpus: string }[];
  readonly vectors?: readonly X86Vector[];
}

export interface Counts {
  readonly available: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly cpu: {
    readonly available: readonly number[];
    readonly allocated: readonly number[];
    readonly managed: readonly number[];
    readonly managedAllocated: readonly number[];
  };
  readonly offline?: readonly number[];
}

/** One vector, or, with `from` and `to`, several whose numbers rise by one. */
export interface X86Vector {
  readonly bdf?: string;
  readonly index?: number;
  readonly from?: number;
  readonly to?: number;
  readonly irq?: number;
  readonly cpu?: number;
  readonly vector?: number | 'none';
  readonly irte?: number;
  readonly mask?: string;
  readonly managed?: boolean;
  readonly previousVector?: number;
}

export interface X86Step {
  readonly n: number;
  readonly do: X86Operation;
  readonly observed: X86Observed;
}

export interface X86Operation {
  readonly op: string;
  readonly bdf?: string;
  readonly bdfs?: readonly string[];
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
  readonly cpus?: string;
  readonly mask?: string;
  readonly pin?: number;
  readonly count?: number;
  readonly function?: X86Function;
}

export interface X86Observed {
  readonly result?: number;
  readonly errno?: string;
  readonly failed?: number | string;
  readonly firstFailed?: number;
  readonly succeeded?: number;
  readonly mode?: string;
  readonly index?: number;
  readonly counts?: Counts;
  readonly used?: readonly string[];
  readonly managedSet?: readonly string[];
  readonly vectors?: readonly X86Vector[];
  readonly byCpu?: readonly { readonly mask: string; readonly cpu: number; readonly count: number }[];
  readonly effectiveCpu?: number;
  readonly line?: { readonly pin: number; readonly cpu: number; readonly vector: number };
  readonly warnings?: readonly unknown[];
}

/** Whether a record is of this format. */
export function isX86Record(record: { controllers: readonly { type: string }[] }): record is X86Record {
  return record.controllers[0]?.type === 'x86-apic' && 'given' in record;
}

/** "33-35,48" as numbers; of a number itself. */
export function listed(text: string | number | undefined): number[] {
  if (text === undefined || text === '') return [];
  return String(text)
    .split(',')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Ascending numbers as "33-35,48". */
export function asList(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    const first = numbers[i] ?? 0;
    let last = first;
    while (numbers[++i] === last + 1) last++;
    parts.push(first === last ? String(first) : `${first}-${last}`);
  }
  return parts.join(',');
}
