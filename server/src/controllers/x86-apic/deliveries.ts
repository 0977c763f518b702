/** Where a function's interrupts go: the view of vectors and entries that hovers, tables and expectations share. */
import { add, type Intervals, noIntervals, size } from '../../base/intervals.ts';
import type { CpuFigures, Requester, VectorRun } from '../controller.ts';
import type { Target } from './matrix.ts';
import type { TableName } from './reasons.ts';
import { tableAt, tableKey, tableName } from './remapping-table.ts';
import { type Interrupt, interruptOf, type X86State } from './state.ts';

/** One message interrupt. */
export interface Delivery {
  /** MSI-X table index, or message number. */
  readonly index: number;
  /** Linux interrupt number. */
  readonly irq: number;
  /** Its entry of the remapping table; undefined without remapping. */
  readonly entry: number | undefined;
  readonly interrupt: Interrupt;
}

/** The interrupts of a function's vectors, in the order of the runs. */
export function deliveries(state: X86State, runs: readonly VectorRun[]): Delivery[] {
  const all: Delivery[] = [];
  for (const run of runs) {
    for (let offset = 0; offset < run.count; offset++) {
      const interrupt = interruptOf(state, run, offset);
      const entry = state.remapping === undefined ? undefined : run.data + offset;
      all.push({ index: run.index + offset, irq: run.hwirq + offset, entry, interrupt });
    }
  }
  return all;
}

/** The table a function's entries are in, and which those are, rounding included; undefined without remapping. */
export function heldEntries(
  { remapping }: X86State,
  requester: Requester,
  runs: readonly VectorRun[],
): { readonly table: TableName; readonly entries: Intervals } | undefined {
  if (remapping === undefined) return undefined;
  const { blocks } = tableAt(remapping, tableKey(remapping, requester));
  let entries = noIntervals;
  for (const { data, count } of runs) entries = add(entries, data, data + Math.max(count, blocks.get(data) ?? 0) - 1);
  return { table: tableName(remapping, requester), entries };
}

/** Where the IO-APIC's pin sends a line interrupt; undefined while it has no handler. */
export function pinTarget({ pins }: X86State, pin: number): Target | undefined {
  return pins.get(pin)?.interrupt.target;
}

/** Vectors that are set aside on each CPU for a function's managed interrupts: the most on any one. */
export function managedPerCpu(runs: readonly VectorRun[]): number {
  const perCpu = new Map<number, number>();
  let most = 0;
  for (const { managed, mask = [], count } of runs) {
    if (!managed) continue;
    for (const cpu of mask) {
      const held = (perCpu.get(cpu) ?? 0) + count;
      perCpu.set(cpu, held);
      most = Math.max(most, held);
    }
  }
  return most;
}

/** The vectors of one CPU; undefined where there is no such CPU. */
export function cpuFigures({ matrix }: X86State, cpu: number): CpuFigures | undefined {
  const own = matrix.cpus[cpu];
  if (own === undefined) return undefined;
  return { vectors: own.allocated, managed: size(own.managed), available: own.online ? own.available : 0 };
}
