/** Everything that is so at one moment of a machine's life. An immutable value: every step makes a new one. */
import { IntMap } from '../base/int-map.ts';
import type { IntTable } from '../base/int-table.ts';
import { type Intervals, interval, noIntervals, size } from '../base/intervals.ts';
import type { Failure } from '../base/result.ts';
import type { MessageMode, Requester, VectorRun } from '../controllers/controller.ts';
import {
  type ControllerState,
  frozenController,
  initialControllerState,
  scratchController,
} from '../controllers/registry.ts';
import type { Machine } from '../model/machine.ts';
import type { Enumeration, Present } from '../pci/enumeration.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import type { Guests } from './guests/state.ts';
import type { ImsTables } from './ims.ts';

export interface MachineState {
  readonly topology: Topology;
  /** What the operating system has found, with bus numbers. */
  readonly enumeration: Enumeration;
  /** Functions plugged or unplugged since power on; of all others `presentAtBoot` tells. */
  readonly presence: IntMap<boolean>;
  /** Functions with a driver, vectors or a domain; all others are {@link idle}. */
  readonly functions: IntTable<FunctionState>;
  /** In the order of `Machine.controllers`. */
  readonly controllers: readonly ControllerState[];
  /** Possible CPUs that are not online. */
  readonly offlineCpus: Intervals;
  /** Linux interrupt numbers held by MSI vectors. */
  readonly irqNumbersUsed: number;
  /** Interrupt message storage; absent while none was ever used. */
  readonly ims?: ImsTables;
  /** VMs that were started; absent while there was none. */
  readonly guests?: Guests;
  /** Steps so far that failed, and the errno of the last step. */
  readonly failed: number;
  readonly lastErrno: Failure | 'none';
  /** Why the VMM ended; then nothing can be done any more. Absent: it runs. */
  readonly aborted?: string;
}

export interface FunctionState {
  /** Name of the bound driver; undefined: none. */
  readonly driver: string | undefined;
  readonly mode: MessageMode | 'intx' | 'none';
  /** In the order of the call that allocated them. Empty for INTx. */
  readonly vectors: readonly VectorRun[];
  /** Vectors with a handler, by index. */
  readonly handlers: Intervals;
  /** The per-device MSI domain (6.12 and 7.2); undefined: none, or a kernel without them. */
  readonly domain: MessageMode | undefined;
  /** As of the last allocation. */
  readonly requester: Requester | undefined;
  /** The IO-APIC pin that its interrupt line ends on, while it is enabled; absent on machines without local APICs. */
  readonly line?: number | undefined;
  /** Of the last step on this function. */
  readonly errno: Failure | 'none';
}

/** A function nothing was done with. */
export const idle: FunctionState = {
  driver: undefined,
  mode: 'none',
  vectors: [],
  handlers: noIntervals,
  domain: undefined,
  requester: undefined,
  errno: 'none',
};

/** The machine at power on: nothing found, nothing bound. */
export function initialState(topology: Topology): MachineState {
  const { machine } = topology;
  return {
    topology,
    enumeration: { buses: IntMap.empty(), ranges: IntMap.empty() },
    presence: IntMap.empty(),
    functions: IntMap.empty(),
    controllers: machine.controllers.map((controller) => initialControllerState(controller, machine)),
    offlineCpus: interval(machine.cpus, machine.possibleCpus - 1),
    irqNumbersUsed: 0,
    failed: 0,
    lastErrno: 'none',
  };
}

/**
 * The same state for a long run of changes: its tables are changed in place from now on. Whoever has it must go on with what
 * each operation returns, keep no state in between, and end with {@link frozenState}.
 */
export function scratchState(state: MachineState): MachineState {
  return {
    ...state,
    functions: state.functions.draft(),
    controllers: state.controllers.map(scratchController),
  };
}

/** Ends what {@link scratchState} began. */
export function frozenState(state: MachineState): MachineState {
  return { ...state, functions: state.functions.frozen(), controllers: state.controllers.map(frozenController) };
}

/** What is known of a function at this moment. */
export function functionState(state: MachineState, fn: FunctionIndex): FunctionState {
  return state.functions.get(fn) ?? idle;
}

/** The state with some of a function's fields changed. */
export function changeFunction(state: MachineState, fn: FunctionIndex, change: Partial<FunctionState>): MachineState {
  return setFunction(state, fn, { ...functionState(state, fn), ...change });
}

/** The state with all of a function's fields given. */
export function setFunction(state: MachineState, fn: FunctionIndex, own: FunctionState): MachineState {
  const functions = state.functions.set(fn, own);
  return functions === state.functions ? state : { ...state, functions };
}

/** Whether a function is plugged in, found or not. */
export function isPresent(state: MachineState, fn: FunctionIndex): boolean {
  return state.presence.get(fn) ?? state.topology.functions[fn]?.presentAtBoot ?? false;
}

/** {@link isPresent} as the PCI room asks it. */
export function presentIn(state: MachineState): Present {
  return (fn) => isPresent(state, fn);
}

/** Whether the operating system has found the function. */
export function isFound(state: MachineState, fn: FunctionIndex): boolean {
  return state.enumeration.buses.has(fn);
}

/** Vectors of all runs together. */
export function countVectors(runs: readonly VectorRun[]): number {
  let count = 0;
  for (const run of runs) count += run.count;
  return count;
}

/** Vectors a function was granted: its messages, or the one INTx line. */
export function grantedVectors(fn: FunctionState): number {
  return fn.mode === 'intx' ? 1 : countVectors(fn.vectors);
}

/** Vectors with a handler. */
export function requestedVectors(fn: FunctionState): number {
  return size(fn.handlers);
}

/**
 * Linux interrupt numbers that MSI vectors can have, on arm64. Up to 6.4 `allocated_irqs` is a bitmap of
 * IRQ_BITMAP_BITS = NR_IRQS + 8196 = 64 + 8196 = 8260 (kernel/irq/internals.h, include/asm-generic/irq.h); number 0 is never
 * given out, and 20 go at boot to SGIs, timers, the UART, the RTC, GPIO and the four INTx lines of QEMU's virt machine, which
 * leaves 8239. From 6.5 on the numbers are a maple tree of up to INT_MAX (MAX_SPARSE_IRQS). On x86 NR_IRQS grows with the CPUs and
 * never runs short.
 */
export function irqNumberLimit({ os, controllers }: Pick<Machine, 'os' | 'controllers'>): number {
  if (controllers[0]?.type === 'x86-apic') return mostSparseIrqs;
  const isBitmap = os.major < 6 || (os.major === 6 && os.minor < firstMinorWithoutBitmap);
  return isBitmap ? irqBitmapBits - 1 - irqNumbersTakenAtBoot : mostSparseIrqs;
}

const mostSparseIrqs = 2 ** 31 - 1;
const firstMinorWithoutBitmap = 5;
const irqBitmapBits = 64 + 8196;
const irqNumbersTakenAtBoot = 20;
