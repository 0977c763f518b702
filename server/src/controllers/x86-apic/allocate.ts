/**
 * Allocation of message interrupts: a promise of a vector or a vector set aside on every CPU, an entry of the remapping table,
 * a Linux interrupt number; for MSI that cannot be masked, a vector at once (x86_vector_alloc_irqs, arch/x86/kernel/apic/vector.c;
 * irq_remapping_alloc of both IOMMUs; msi_init_virq, kernel/irq/msi.c).
 */
import { add, firstFit, type Intervals, interval, remove, size } from '../../base/intervals.ts';
import { type Demand, done, type Outcome, type Requester, refuse, type VectorRun } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { activate, releaseVectors } from './assign.ts';
import { fullCpu, type Matrix, removeManaged, reserve, reserveManaged, unreserve } from './matrix.ts';
import { takeAmdBlock } from './remapping-amd.ts';
import { takeIntelBlock } from './remapping-intel.ts';
import { type RemappingTables, returnEntries, tableAt, tableKey, withTable } from './remapping-table.ts';
import { asAllocated, type Interrupt, type X86State } from './state.ts';

/**
 * MSI-X: vector by vector, each with an entry of its own, until one is refused. MSI: all of them and one block of entries, or
 * none. Fails with ENOSPC when a vector that is needed at once is not there. Interrupt numbers never run short: x86 has as many
 * as it can have vectors.
 */
export function allocate(state: X86State, demand: Demand): Outcome<X86State, readonly VectorRun[]> {
  return demand.mode === 'msi' ? allocateMessages(state, demand) : allocateEntries(state, demand);
}

/** Gives everything back: handlers' vectors, promises, vectors set aside, entries, interrupt numbers. */
export function free(state: X86State, requester: Requester, runs: readonly VectorRun[]): Outcome<X86State, undefined> {
  let { matrix, interrupts, irqNumbers, remapping } = state;
  for (const run of runs) {
    for (let offset = 0; offset < run.count; offset++) {
      const irq = run.hwirq + offset;
      const own = interrupts.get(irq);
      if (run.managed) {
        if (own !== undefined) matrix = releaseVectors(matrix, own);
        matrix = removeManaged(matrix, run.mask ?? []);
      } else if (own?.target !== undefined) matrix = releaseVectors(matrix, own);
      else matrix = unreserve(matrix, 1);
      if (own !== undefined) interrupts = interrupts.delete(irq);
    }
    irqNumbers = add(irqNumbers, run.hwirq, run.hwirq + run.count - 1);
    if (remapping !== undefined) remapping = entriesReturned(remapping, requester, run);
  }
  return done({ ...state, matrix, interrupts, irqNumbers, remapping }, undefined);
}

function allocateEntries(state: X86State, demand: Demand): Outcome<X86State, readonly VectorRun[]> {
  const promised = promise(state.matrix, demand);
  const entries = singleEntries(state, demand.requester, promised.count);
  const granted = entries === undefined ? promised.count : size(entries.taken);
  const effects = promiseEffects(promised);
  let { matrix } = promised;
  if (granted < promised.count) {
    effects.push(noEntry, noEntries(state, demand.requester));
    matrix = promise(state.matrix, { ...demand, vectors: granted }).matrix;
  }
  if (granted === 0) return done({ ...state, matrix }, [], effects);
  const numbers = lowest(state.irqNumbers, granted);
  const irqNumbers = numbers.reduce((left, { first, last }) => remove(left, first, last), state.irqNumbers);
  const runs = runsOf(state, demand, granted, numbers, entries?.taken ?? interval(0, granted - 1));
  return done({ ...state, matrix, irqNumbers, remapping: entries?.tables ?? state.remapping }, runs, effects);
}

function allocateMessages(state: X86State, demand: Demand): Outcome<X86State, readonly VectorRun[]> {
  const { vectors, requester, maskable } = demand;
  const promised = promise(state.matrix, demand);
  const effects = promiseEffects(promised);
  if (promised.count < vectors) return done(state, [], effects);
  const block = state.remapping === undefined ? undefined : blockOf(state.remapping, requester, vectors);
  if (state.remapping !== undefined && block === undefined) {
    return done(state, [], [...effects, noEntry, noEntries(state, requester)]);
  }
  const irq = firstFit(state.irqNumbers, vectors);
  if (irq === undefined) return done(state, [], effects);
  const irqNumbers = remove(state.irqNumbers, irq, irq + vectors - 1);
  const first = block?.first ?? 0;
  const runs = runsOf(state, demand, vectors, interval(irq, irq + vectors - 1), interval(first, first + vectors - 1));
  const next = { ...state, matrix: promised.matrix, irqNumbers, remapping: block?.tables ?? state.remapping };
  const fixed = maskable ? [] : runs.filter((run) => !run.managed);
  return activateFixed(next, state, requester, fixed, runs, effects);
}

/** Early activation of interrupts that cannot be masked; when one gets no vector, all that the call did is undone. */
function activateFixed(
  state: X86State,
  before: X86State,
  requester: Requester,
  fixed: readonly VectorRun[],
  runs: readonly VectorRun[],
  effects: Effect[],
): Outcome<X86State, readonly VectorRun[]> {
  let { matrix } = state;
  const started: [number, Interrupt][] = [];
  for (const run of fixed) {
    for (let offset = 0; offset < run.count; offset++) {
      const settled = activate(matrix, state, { ...asAllocated(run), fixed: true }, requester.numaNode);
      if (settled === undefined) {
        const { length: cpus } = matrix.online;
        effects.push({ does: 'no-vector', fn: requester.fn, index: run.index + offset, cpus });
        return refuse(before, 'ENOSPC', noVector, effects);
      }
      matrix = settled.matrix;
      if (settled.affinityBroken) effects.push(affinityBroken);
      started.push([run.hwirq + offset, settled.interrupt]);
    }
  }
  let { interrupts } = state;
  for (const [irq, interrupt] of started) interrupts = interrupts.set(irq, interrupt);
  return done({ ...state, matrix, interrupts }, runs, effects);
}

interface Promised {
  readonly matrix: Matrix;
  /** Positions that were served. */
  readonly count: number;
  readonly exceeded: boolean;
  /** The CPU on which nothing could be set aside for the next one. */
  readonly full: number | undefined;
}

/** Promises and sets aside vectors for the positions of a demand in order, until a managed one finds a CPU full. */
function promise(matrix: Matrix, demand: Demand): Promised {
  const { vectors, managed } = demand;
  const managedFirst = managed === undefined ? vectors : Math.min(managed.first, vectors);
  const before = reserve(matrix, managedFirst);
  if (managed === undefined) return { ...before, count: vectors, full: undefined };
  let next = before.matrix;
  const last = Math.min(managed.last, vectors - 1);
  for (let position = managedFirst; position <= last; position++) {
    const mask = managed.masks[position - managed.first] ?? [];
    const aside = reserveManaged(next, mask);
    if (aside === undefined) {
      return { matrix: next, count: position, exceeded: before.exceeded, full: fullCpu(next, mask) };
    }
    next = aside;
  }
  const after = reserve(next, Math.max(0, vectors - 1 - managed.last));
  return { matrix: after.matrix, count: vectors, exceeded: before.exceeded || after.exceeded, full: undefined };
}

function promiseEffects({ matrix, exceeded, full }: Promised): Effect[] {
  const effects: Effect[] = exceeded ? [exceedsAvailable] : [];
  const cpu = full === undefined ? undefined : matrix.cpus[full];
  if (full !== undefined && cpu !== undefined) {
    effects.push({ does: 'no-managed-vector', cpu: full, managed: size(cpu.managed) });
  }
  return effects;
}

/** What a table had left that was too little. */
function noEntries({ remapping }: X86State, requester: Requester): Effect {
  if (remapping === undefined) return { does: 'no-entries', left: 0, entries: 0 };
  const { free: left } = tableAt(remapping, tableKey(remapping, requester));
  return { does: 'no-entries', left: size(left), entries: remapping.entries };
}

/** The lowest free entries, one by one; fewer than asked when the table runs out. Undefined without remapping. */
function singleEntries(
  { remapping }: X86State,
  requester: Requester,
  count: number,
): { tables: RemappingTables; taken: Intervals } | undefined {
  if (remapping === undefined) return undefined;
  const key = tableKey(remapping, requester);
  const table = tableAt(remapping, key);
  const taken = lowest(table.free, count);
  const free = taken.reduce((left, { first, last }) => remove(left, first, last), table.free);
  return { tables: withTable(remapping, key, { ...table, free }), taken };
}

function blockOf(
  tables: RemappingTables,
  requester: Requester,
  count: number,
): { tables: RemappingTables; first: number } | undefined {
  const key = tableKey(tables, requester);
  const take = tables.kind === 'intel' ? takeIntelBlock : takeAmdBlock;
  const taken = take(tableAt(tables, key), count);
  return taken === undefined ? undefined : { tables: withTable(tables, key, taken.table), first: taken.first };
}

function entriesReturned(tables: RemappingTables, requester: Requester, run: VectorRun): RemappingTables {
  const key = tableKey(tables, requester);
  return withTable(tables, key, returnEntries(tableAt(tables, key), run.data, run.count));
}

/**
 * The vectors at positions 0 … of a call as runs: cut where interrupt numbers, entries or table indexes do not rise by one, and
 * around managed vectors, each of which has its own mask.
 */
function runsOf(
  { defaultAffinity, remapping }: X86State,
  demand: Demand,
  granted: number,
  numbers: Intervals,
  entries: Intervals,
): VectorRun[] {
  const runs: VectorRun[] = [];
  const { managed } = demand;
  const irqs = walk(numbers);
  const datas = walk(entries);
  for (let position = 0; position < granted; ) {
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const index = demand.entries?.[position] ?? position;
    const count = isManaged ? 1 : Math.min(irqs.left(), datas.left(), stretch(demand, position, granted));
    const mask = isManaged ? managed.masks[position - managed.first] : defaultAffinity;
    const data = remapping === undefined ? index : datas.at();
    runs.push({ index, data, hwirq: irqs.at(), count, cpus: undefined, mask, managed: isManaged });
    irqs.skip(count);
    datas.skip(count);
    position += count;
  }
  return runs;
}

/** How many positions from here on have table indexes that rise by one, and are not managed. */
function stretch({ entries, managed }: Demand, from: number, end: number): number {
  const stop = managed !== undefined && from < managed.first ? Math.min(end, managed.first) : end;
  if (entries === undefined) return stop - from;
  let to = from + 1;
  while (to < stop && entries[to] === (entries[to - 1] ?? 0) + 1) to++;
  return to - from;
}

/** Goes through a set of numbers in order. */
function walk(set: Intervals): { at: () => number; left: () => number; skip: (count: number) => void } {
  let run = 0;
  let offset = 0;
  return {
    at: () => (set[run]?.first ?? 0) + offset,
    left: () => {
      const here = set[run];
      return here === undefined ? 0 : here.last - here.first + 1 - offset;
    },
    skip: (count) => {
      offset += count;
      const here = set[run];
      if (here !== undefined && here.first + offset > here.last) {
        run++;
        offset = 0;
      }
    },
  };
}

/** The lowest `count` numbers of a set, or as many as it has. */
function lowest(set: Intervals, count: number): Intervals {
  const taken: { first: number; last: number }[] = [];
  let left = count;
  for (const { first, last } of set) {
    if (left <= 0) break;
    const most = Math.min(last, first + left - 1);
    taken.push({ first, last: most });
    left -= most - first + 1;
  }
  return taken;
}

export const noVector = 'no CPU has a vector left';
export const exceedsAvailable: Effect = { does: 'warn', warning: { code: 'reservation-exceeds-available' } };
export const affinityBroken: Effect = { does: 'warn', warning: { code: 'affinity-broken' } };
const noEntry: Effect = { does: 'warn', warning: { code: 'no-irte' } };
