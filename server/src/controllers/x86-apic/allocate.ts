/**
 * Allocation of message interrupts: a promise of a vector or a vector set aside on every CPU, an entry of the remapping table,
 * a Linux interrupt number; for MSI that cannot be masked, a vector at once (x86_vector_alloc_irqs, arch/x86/kernel/apic/vector.c;
 * irq_remapping_alloc of both IOMMUs; msi_init_virq, kernel/irq/msi.c).
 */
import { add, firstFit, type Intervals, interval, remove, size } from '../../base/intervals.ts';
import {
  type Demand,
  done,
  type Outcome,
  type Reason,
  type Requester,
  refuse,
  type VectorRun,
  type Why,
} from '../controller.ts';
import type { Effect } from '../effect.ts';
import { activate, releaseVectors } from './assign.ts';
import {
  availableVectors,
  fullCpu,
  type Matrix,
  removeManaged,
  reserve,
  reserveManaged,
  type Target,
  unreserve,
} from './matrix.ts';
import {
  blockReason,
  entriesReason,
  fixedReason,
  fullCpuReason,
  managedReasons,
  noEntriesReason,
  noVectorReason,
  promiseReasons,
  type TableName,
} from './reasons.ts';
import { takeAmdBlock } from './remapping-amd.ts';
import { takeIntelBlock } from './remapping-intel.ts';
import { type RemappingTables, returnEntries, tableAt, tableKey, tableName, withTable } from './remapping-table.ts';
import { lowest, runsOf } from './runs.ts';
import { asAllocated, type Interrupt, type X86State } from './state.ts';
import { addNewEntries, addVectors } from './vector-effects.ts';
import { affinityBroken, exceedsAvailable, noEntry, noVector } from './warnings.ts';

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
  const effects: Effect[] = [];
  for (const run of runs) {
    const returned: (Target | undefined)[] = [];
    for (let offset = 0; offset < run.count; offset++) {
      const irq = run.hwirq + offset;
      const own = interrupts.get(irq);
      if (own?.target !== undefined) returned[offset] = own.target;
      if (run.managed) {
        if (own !== undefined) matrix = releaseVectors(matrix, own);
        matrix = removeManaged(matrix, run.mask ?? []);
      } else if (own?.target !== undefined) matrix = releaseVectors(matrix, own);
      else matrix = unreserve(matrix, 1);
      if (own !== undefined) interrupts = interrupts.delete(irq);
    }
    irqNumbers = add(irqNumbers, run.hwirq, run.hwirq + run.count - 1);
    addVectors(effects, 'vectors-returned', { remapping: undefined }, requester.fn, run, returned);
    if (remapping === undefined) continue;
    const count = Math.max(run.count, tableAt(remapping, tableKey(remapping, requester)).blocks.get(run.data) ?? 0);
    effects.push({ does: 'entries-written', fn: requester.fn, first: run.data, count, holds: 'freed' });
    remapping = entriesReturned(remapping, requester, run);
  }
  return done({ ...state, matrix, interrupts, irqNumbers, remapping }, undefined, effects);
}

function allocateEntries(state: X86State, demand: Demand): Outcome<X86State, readonly VectorRun[]> {
  const promised = promise(state.matrix, demand);
  const entries = singleEntries(state, demand.requester, promised.count);
  const granted = entries === undefined ? promised.count : size(entries.held.taken);
  const effects = promiseEffects(promised);
  let { matrix } = promised;
  if (granted < promised.count) {
    effects.push(noEntry, noEntries(state, demand.requester));
    matrix = promise(state.matrix, { ...demand, vectors: granted }).matrix;
  }
  const why = allocationWhy(state, demand, promised, granted, entries?.held);
  if (granted === 0) return done({ ...state, matrix }, [], effects, why);
  const numbers = lowest(state.irqNumbers, granted);
  const irqNumbers = numbers.reduce((left, { first, last }) => remove(left, first, last), state.irqNumbers);
  const runs = runsOf(state, demand, granted, numbers, entries?.held.taken ?? interval(0, granted - 1));
  addNewEntries(effects, state, demand.requester.fn, runs);
  return done({ ...state, matrix, irqNumbers, remapping: entries?.tables ?? state.remapping }, runs, effects, why);
}

function allocateMessages(state: X86State, demand: Demand): Outcome<X86State, readonly VectorRun[]> {
  const { vectors, requester, maskable } = demand;
  const promised = promise(state.matrix, demand);
  const effects = promiseEffects(promised);
  const block = state.remapping === undefined ? undefined : blockOf(state.remapping, requester, vectors);
  const isShort = state.remapping !== undefined && block === undefined;
  const why = allocationWhy(state, demand, promised, isShort ? 0 : promised.count, block?.held);
  if (promised.count < vectors) return done(state, [], effects, why);
  if (isShort) return done(state, [], [...effects, noEntry, noEntries(state, requester)], why);
  const irq = firstFit(state.irqNumbers, vectors);
  if (irq === undefined) return done(state, [], effects, why);
  const irqNumbers = remove(state.irqNumbers, irq, irq + vectors - 1);
  const first = block?.held.first ?? 0;
  const runs = runsOf(state, demand, vectors, interval(irq, irq + vectors - 1), interval(first, first + vectors - 1));
  const next = { ...state, matrix: promised.matrix, irqNumbers, remapping: block?.tables ?? state.remapping };
  addNewEntries(effects, state, requester.fn, runs);
  const fixed = maskable ? [] : runs.filter((run) => !run.managed);
  return activateFixed(next, state, requester, fixed, runs, effects, why);
}

/** Early activation of interrupts that cannot be masked; when one gets no vector, all that the call did is undone. */
function activateFixed(
  state: X86State,
  before: X86State,
  requester: Requester,
  fixed: readonly VectorRun[],
  runs: readonly VectorRun[],
  effects: Effect[],
  why: Why,
): Outcome<X86State, readonly VectorRun[]> {
  let { matrix } = state;
  const started: [number, Interrupt][] = [];
  for (const run of fixed) {
    const taken: (Target | undefined)[] = [];
    for (let offset = 0; offset < run.count; offset++) {
      const settled = activate(matrix, state, { ...asAllocated(run), fixed: true }, requester.numaNode);
      if (settled === undefined) {
        const { length: cpus } = matrix.online;
        effects.push({ does: 'no-vector', fn: requester.fn, index: run.index + offset, cpus });
        const index = run.index + offset;
        const refused = refuse(before, 'ENOSPC', noVector, effects);
        return { ...refused, why: (shift) => [...why(shift), noVectorReason(index, cpus)] };
      }
      matrix = settled.matrix;
      if (settled.affinityBroken) effects.push(affinityBroken);
      taken[offset] = settled.interrupt.target;
      started.push([run.hwirq + offset, settled.interrupt]);
    }
    addVectors(effects, 'vectors-taken', state, requester.fn, run, taken);
  }
  let { interrupts } = state;
  for (const [irq, interrupt] of started) interrupts = interrupts.set(irq, interrupt);
  return done({ ...state, matrix, interrupts }, runs, effects, why);
}

/** What led to `granted` of the vectors of a demand. `entriesTaken` tells of the entries of the requester's table. */
function allocationWhy(
  { matrix, remapping }: X86State,
  { managed, mode, maskable, requester, vectors }: Demand,
  { matrix: after, count, full }: Promised,
  granted: number,
  held: HeldEntries | undefined,
): Why {
  const available = availableVectors(matrix);
  const { reserved } = after;
  const managedGranted = managed === undefined ? 0 : overlap(managed.first, managed.last, granted);
  const setAside = full === undefined ? 0 : size(after.cpus[full]?.managed ?? []);
  const left = remapping === undefined ? 0 : size(tableAt(remapping, tableKey(remapping, requester)).free);
  const entries = remapping?.entries ?? 0;
  const table = remapping === undefined ? undefined : tableName(remapping, requester);
  const isFixed = mode === 'msi' && !maskable;
  return () => {
    const missed = full === undefined ? [] : [fullCpuReason(full, setAside)];
    const short = table !== undefined && granted < count ? [noEntriesReason(table, vectors, left, entries)] : [];
    // What a failed attempt took it gives back: only why it failed is told.
    if (granted < vectors) return [...missed, ...short];
    const ordinary = granted - managedGranted;
    const promised = isFixed ? [] : promiseReasons(ordinary, { reserved, available });
    const taken = isFixed && ordinary > 0 ? [fixedReason(ordinary)] : [];
    const entriesHeld = table === undefined || held === undefined ? [] : [heldReason(table, held, vectors)];
    return [...promised, ...taken, ...managedReasons(managed, managedGranted), ...entriesHeld];
  };
}

/** Entries a call took: single ones, or a block. What reasons keep of a table. */
type HeldEntries =
  | { readonly taken: Intervals; readonly left: number; readonly entries: number }
  | { readonly first: number; readonly length: number };

const heldReason = (table: TableName, held: HeldEntries, vectors: number): Reason =>
  'taken' in held
    ? entriesReason(table, held.taken, held.left, held.entries)
    : blockReason(table, held.first, vectors, held.length);

/** How many of the positions `first`..`last` are among the first `count`. */
function overlap(first: number, last: number, count: number): number {
  return Math.max(0, Math.min(last, count - 1) - first + 1);
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
  const effects: Effect[] = exceeded ? [exceedsAvailable(matrix)] : [];
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
): { tables: RemappingTables; held: Extract<HeldEntries, { readonly taken: Intervals }> } | undefined {
  if (remapping === undefined) return undefined;
  const key = tableKey(remapping, requester);
  const table = tableAt(remapping, key);
  const taken = lowest(table.free, count);
  const free = taken.reduce((left, { first, last }) => remove(left, first, last), table.free);
  const tables = withTable(remapping, key, { ...table, free });
  return { tables, held: { taken, left: size(free), entries: remapping.entries } };
}

function blockOf(
  tables: RemappingTables,
  requester: Requester,
  count: number,
): { tables: RemappingTables; held: Extract<HeldEntries, { readonly first: number }> } | undefined {
  const key = tableKey(tables, requester);
  const take = tables.kind === 'intel' ? takeIntelBlock : takeAmdBlock;
  const taken = take(tableAt(tables, key), count);
  if (taken === undefined) return undefined;
  const { first, table } = taken;
  return { tables: withTable(tables, key, table), held: { first, length: table.blocks.get(first) ?? count } };
}

function entriesReturned(tables: RemappingTables, requester: Requester, run: VectorRun): RemappingTables {
  const key = tableKey(tables, requester);
  return withTable(tables, key, returnEntries(tableAt(tables, key), run.data, run.count));
}
