/**
 * The interface of all interrupt controllers, as the PCI layer (../timeline) sees them. A state is an immutable value; an
 * operation returns the next one with what it did. Nothing here is particular to one controller: a requester's domain is
 * prepared, vectors are allocated in it, get handlers, lose them, are freed, and the domain is torn down.
 *
 * What happens when differs: an ITS writes its tables at prepare and allocate, x86 takes a CPU's vector at request, sPAPR
 * asks the hypervisor once at prepare. That is why each phase is an operation of its own, even where it does nothing.
 */
import type { Failure } from '../base/result.ts';
import type { Capabilities } from '../model/machine.ts';
import type { FunctionIndex, PciFunction } from '../pci/topology.ts';
import type { Effect } from './effect.ts';

/** Who asks: a function as the interrupt controller sees it. */
export interface Requester {
  readonly fn: FunctionIndex;
  /** bus << 8 | device << 3 | function, of the function itself. */
  readonly requesterId: number;
  /** What it signals with after aliasing by bridges; equals `requesterId` without an alias. */
  readonly aliasedRequesterId: number;
  /** The bridge whose alias won. */
  readonly aliasBridge: FunctionIndex | undefined;
  /** Which of the machine's controllers its messages reach: position in `Machine.controllers`. */
  readonly controller: number;
  /** Which ITS of that controller; 0 for controllers without ITSs. */
  readonly its: number;
  /** The controller's name for the requester after msi-map: the ITS's DeviceID. */
  readonly deviceId: number;
  /** The interrupt remapping unit its root bus belongs to; undefined: 0. */
  readonly remappingUnit?: number | undefined;
  /** The NUMA node it is on; undefined: none. */
  readonly numaNode?: number | undefined;
  /**
   * Sum, over every present function below the alias bridge, of the larger of its MSI and MSI-X capability; 0 without
   * alias.
   */
  readonly aliasCapabilitySum: number;
  /** The PCI domain of its host bridge. */
  readonly segment: number;
  readonly capabilities: Capabilities;
}

/** MSI or MSI-X: the two kinds of domain that a controller serves. INTx never reaches it. */
export type MessageMode = 'msi' | 'msix';

/** What a function wants of its domain. */
export interface Demand {
  readonly requester: Requester;
  readonly mode: MessageMode;
  /** Vectors asked for in this attempt. */
  readonly vectors: number;
  /** Size of the capability: messages of MSI, entries of the MSI-X table. */
  readonly capability: number;
  /** MSI-X table entries asked for; undefined: 0, 1, 2 … */
  readonly entries: readonly number[] | undefined;
  /** Vectors from `first` to `last` (positions in the call) are managed: each is kept for the CPUs of its own mask. */
  readonly managed: { readonly first: number; readonly last: number; readonly masks: readonly CpuMask[] } | undefined;
  /** MSI-X always; MSI with the per-vector mask bit. */
  readonly maskable: boolean;
  /** Every function found below the requester's host bridge, itself included; the same list until functions come or go. */
  readonly neighbours: () => readonly PciFunction[];
}

/** CPU numbers, ascending. */
export type CpuMask = readonly number[];

/**
 * Allocated vectors of one function: a run in which index, data and hwirq all rise by one. Runs of one are normal where
 * they do not.
 */
export interface VectorRun {
  /** First MSI-X table index, or message number. */
  readonly index: number;
  /** First EventID, or whatever the device writes as data (GICv2m: the INTID; x86 with remapping: the entry). */
  readonly data: number;
  /**
   * First SPI, XIRQ or identity; of gicv5 the LPI; on x86 the Linux interrupt number. Of an ITS it is the EventID, as the LPI
   * follows from where its DeviceID's LPIs lie: `hwirqsOf` in the timeline tells the number at the CPU's side for all.
   */
  readonly hwirq: number;
  readonly count: number;
  /** Where each vector is delivered, one per vector; undefined on a machine with one CPU. */
  readonly cpus: readonly number[] | undefined;
  /** The CPUs these vectors are kept for (managed) or were moved to by the user; undefined: any. */
  readonly mask: CpuMask | undefined;
  readonly managed: boolean;
}

/** What an operation answers. The state is the next one also when it failed: Linux, too, may leave things behind. */
export interface Outcome<S, T> {
  readonly state: S;
  readonly effects: readonly Effect[];
  readonly result:
    | { readonly ok: true; readonly value: T }
    | {
        readonly ok: false;
        readonly errno: Failure;
        readonly reason: string;
        /** Of a run: how many of its vectors were done before the one that failed; undefined: none. */
        readonly reached?: number;
      };
  /** What led to the numbers, made when asked for. */
  readonly why: Why | undefined;
}

/**
 * Makes reasons. Holds on to the few values they are made of, not to a state. `shift` is added to LPIs: how far they have
 * moved since, where a call was taken over from an earlier run ({@link TakeOver}).
 */
export type Why = (shift: number) => readonly Reason[];

/** One link of the chain that led to a number. */
export interface Reason {
  readonly text: string;
  /** Where the rule is from: "its_create_device, irq-gic-v3-its.c, 7.2". */
  readonly source?: string;
}

/** What one kind of interrupt controller can do. */
export interface InterruptController<S> {
  /** What its MSI domains support: several MSI messages per function, MSI-X entries added one by one. */
  readonly supports: {
    readonly multiMsi: boolean;
    readonly dynamicMsix: boolean;
    /** Interrupt message storage, on the kernels that have it; absent: none. */
    readonly ims?: true;
    /** MSI-X entries must be 0, 1, 2 … without a gap; absent: any. */
    readonly contiguousMsix?: true;
  };

  /**
   * Makes room for a function's vectors (msi_prepare): when its per-device domain is created, or before each allocation
   * on kernels without such domains. Gives how many vectors are on offer: fewer than `demand.vectors` sends the PCI layer
   * back with that number. Fails with ENOMEM, EINVAL.
   */
  prepare(state: S, demand: Demand): Outcome<S, number>;

  /** Removes a function's domain (msi_teardown): driver unbound, function removed, MSI exchanged for MSI-X. */
  teardown(state: S, requester: Requester): Outcome<S, undefined>;

  /**
   * Allocates and activates. MSI-X: vector by vector until one is refused, so the runs may hold fewer than asked; then the
   * PCI layer frees them and tries again with that many. MSI: all or none. `limit` is how many Linux interrupt numbers
   * are left.
   */
  allocate(state: S, demand: Demand, limit: number): Outcome<S, readonly VectorRun[]>;

  /** Deactivates what is active and frees. */
  free(state: S, requester: Requester, runs: readonly VectorRun[]): Outcome<S, undefined>;

  /** request_irq on each vector of the run. Gives the run as it is then. Fails with ENOSPC. */
  request(state: S, requester: Requester, run: VectorRun): Outcome<S, readonly VectorRun[]>;

  /** free_irq on each vector of the run. */
  release(state: S, requester: Requester, run: VectorRun): Outcome<S, readonly VectorRun[]>;

  /** irq_set_affinity on the one vector of the run. Fails with EINVAL, EIO, EBUSY, ENOSPC. */
  setAffinity(state: S, requester: Requester, run: VectorRun, mask: CpuMask): Outcome<S, VectorRun>;

  /** Changes the mask of interrupts allocated from now on (/proc/irq/default_smp_affinity). Absent: it has no effect. */
  setDefaultAffinity?(state: S, mask: CpuMask): Outcome<S, undefined>;

  /** What happens to interrupts when a CPU goes or comes. Absent: nothing that shows. */
  readonly cpus?: {
    /** Fails with ENOSPC, EINVAL, EPERM; then nothing changes. */
    takeOffline(state: S, cpu: number): Outcome<S, undefined>;
    /** Fails with EINVAL. */
    bringOnline(state: S, cpu: number): Outcome<S, undefined>;
    /**
     * For controllers whose runs say where vectors are delivered: those of a run, all with handlers, leave a CPU that is offline
     * now. Gives the run as it is then. Absent: `takeOffline` has done it.
     */
    leave?(state: S, requester: Requester, run: VectorRun, cpu: number): Outcome<S, readonly VectorRun[]>;
    /** Those of a run, all with handlers, may go to a CPU that is online now. */
    join?(state: S, requester: Requester, run: VectorRun, cpu: number): Outcome<S, readonly VectorRun[]>;
  };

  /** The function at this address is taken out of the machine; Linux has let go of it. Absent: nothing happens. */
  unplug?(state: S, at: Pick<Requester, 'segment' | 'requesterId'>): Outcome<S, undefined>;

  figures(state: S): Figures;

  /** How full one CPU is; undefined: there is no such CPU. Absent: CPUs have nothing to run short of. */
  cpuFigures?(state: S, cpu: number): CpuFigures | undefined;
}

/** The vectors of one CPU. */
export interface CpuFigures {
  /** In use, managed ones included. */
  readonly vectors: number;
  /** Set aside for managed interrupts, in use or not. */
  readonly managed: number;
  /** Left for others; 0 while the CPU is offline. */
  readonly available: number;
}

/** What an earlier run did for a function on a controller. */
export interface EarlierService<S> {
  readonly requester: Requester;
  /** When the function's turn came, and when it was over; not their tables, which are as they were in the end. */
  readonly before: S;
  readonly after: S;
  /** What the function's turn did when it was first served, and how far its LPIs had moved up since, when that run was over. */
  readonly effects: readonly Effect[];
  readonly shift: number;
}

/** Gives functions, one after the other, what an earlier run gave them, at the numbers that are free now. */
export interface TakeOver<S> {
  /**
   * How far up the function's LPIs have moved. Undefined: it must be served, as the controller cannot tell that it would come to
   * the same; then nothing has changed.
   */
  take(service: EarlierService<S>): number | undefined;
  /** The state when all that was taken is given. */
  state(): S;
}

/** How full a controller is. What it does not have is absent. */
export interface Figures {
  /** LPIs reserved, and still free. */
  readonly lpis?: number;
  readonly lpisFree?: number;
  /** SPIs taken as messages, and still free. */
  readonly spis?: number;
  readonly spisFree?: number;
  /** Interrupt sources taken as messages of a hypervisor's firmware, and still free. */
  readonly msis?: number;
  readonly msisFree?: number;
  /** CPU vectors in use, left on the CPUs online, and promised to interrupts without one. */
  readonly vectors?: number;
  readonly vectorsFree?: number;
  readonly vectorsReserved?: number;
  /** Entries of interrupt remapping tables in use, and still free in those of units. */
  readonly irtes?: number;
  readonly irtesFree?: number;
}

/** Answers with a value. */
export function done<S, T>(state: S, value: T, effects: readonly Effect[] = noEffects, why?: Why): Outcome<S, T> {
  return { state, effects, result: { ok: true, value }, why };
}

/** Answers with an errno, or that the VMM ended, and why. */
export function refuse<S>(
  state: S,
  errno: Failure,
  reason: string,
  effects: readonly Effect[] = noEffects,
): Outcome<S, never> {
  return { state, effects, result: { ok: false, errno, reason }, why: undefined };
}

/** The effects of an operation that sent nothing. */
export const noEffects: readonly Effect[] = [];
