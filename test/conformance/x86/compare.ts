/** The state after a step against what was observed of it: counts, vectors in use, set aside, and of single interrupts. */
import { type Interval, size, within } from '../../../server/src/base/intervals.ts';
import type { VectorRun } from '../../../server/src/controllers/controller.ts';
import { type Interrupt, x86Interrupt } from '../../../server/src/controllers/x86-apic/index.ts';
import {
  allocatedVectors,
  availableVectors,
  type CpuVectors,
} from '../../../server/src/controllers/x86-apic/matrix.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { asList, type Counts, type X86Step, type X86Vector } from './record.ts';
import { apic, type X86Replay } from './replay.ts';

/** Compares whatever of these the step has. */
export function compareState(replay: X86Replay, step: X86Step): void {
  const { observed, n } = step;
  const { tally } = replay;
  const { matrix } = apic(replay);
  if (observed.counts !== undefined) compareCounts(replay, n, observed.counts);
  if (observed.used !== undefined) {
    tally.compareLists(
      n,
      'used',
      observed.used,
      matrix.cpus.map(({ used }) => numbersText(used)),
    );
    const managed = matrix.cpus.map((cpu) => numbersText(cpu.managed));
    const none = matrix.cpus.map(() => '');
    tally.compareLists(n, 'managedSet', observed.managedSet ?? none, managed);
  }
  for (const vector of observed.vectors ?? []) compareVectors(replay, step, vector);
  if (observed.byCpu !== undefined) compareByCpu(replay, step);
}

/** The interrupt with this index of a function; undefined when it is not allocated. */
export function interruptAt(
  replay: X86Replay,
  bdf: string | undefined,
  index: number,
): { run: VectorRun; offset: number; interrupt: Interrupt } | undefined {
  const fn = bdf === undefined ? undefined : replay.functions.get(bdf)?.index;
  const run = fn === undefined ? undefined : runWith(functionState(replay.state, fn).vectors, index);
  if (run === undefined) return undefined;
  const offset = index - run.index;
  return { run, offset, interrupt: x86Interrupt(apic(replay), run, offset) };
}

function compareCounts(replay: X86Replay, n: number, counts: Counts): void {
  const { matrix } = apic(replay);
  const { tally } = replay;
  tally.compare(n, 'available', counts.available, availableVectors(matrix));
  tally.compare(n, 'reserved', counts.reserved, matrix.reserved);
  tally.compare(n, 'allocated', counts.allocated, allocatedVectors(matrix));
  const perCpu = (field: string, expected: readonly number[], of: (cpu: CpuVectors) => number): void => {
    tally.compareLists(n, `cpu.${field}`, expected.map(String), matrix.cpus.map(of).map(String));
  };
  perCpu('available', counts.cpu.available, ({ available }) => available);
  perCpu('allocated', counts.cpu.allocated, ({ allocated }) => allocated);
  perCpu('managed', counts.cpu.managed, ({ managed }) => size(managed));
  perCpu('managedAllocated', counts.cpu.managedAllocated, ({ managedAllocated }) => managedAllocated);
  const offline = matrix.cpus.flatMap(({ online }, cpu) => (online ? [] : [cpu]));
  tally.compare(n, 'offline', (counts.offline ?? []).join(), offline.join());
}

/** Every field of one object of `vectors`, for each vector it stands for. Linux's interrupt number is identity alone. */
function compareVectors(replay: X86Replay, { n, do: operation }: X86Step, vector: X86Vector): void {
  const bdf = vector.bdf ?? operation.bdf;
  const first = vector.from ?? vector.index ?? 0;
  const last = vector.to ?? first;
  const { tally } = replay;
  for (let index = first; index <= last; index++) {
    const name = `${bdf}[${index}]`;
    const found = interruptAt(replay, bdf, index);
    tally.compare(n, `${name} allocated`, true, found !== undefined);
    if (found === undefined) return;
    const { interrupt, run, offset } = found;
    const rises = (value: number) => value + index - first;
    if (vector.cpu !== undefined) tally.compare(n, `${name}.cpu`, vector.cpu, interrupt.target?.cpu);
    if (vector.vector !== undefined) {
      const expected = vector.vector === 'none' ? 'none' : rises(vector.vector);
      tally.compare(n, `${name}.vector`, expected, interrupt.target?.vector ?? 'none');
    }
    if (vector.irte !== undefined) tally.compare(n, `${name}.irte`, rises(vector.irte), entryOf(replay, run, offset));
    if (vector.mask !== undefined) tally.compare(n, `${name}.mask`, vector.mask, maskText(replay, interrupt));
    if (vector.mask !== undefined) tally.compare(n, `${name}.managed`, vector.managed ?? false, interrupt.managed);
    if (vector.mask !== undefined || vector.previousVector !== undefined) {
      tally.compare(n, `${name}.previousVector`, vector.previousVector, interrupt.previous?.vector);
    }
  }
}

/**
 * The entry as the records have it, read from the interrupt number of the remapping domain. AMD's driver puts the position within
 * one call there (irq_remapping_alloc: devid << 16 | i), which for MSI-X, one call per vector, is always 0.
 */
function entryOf(replay: X86Replay, run: VectorRun, offset: number): number {
  if (apic(replay).remapping?.kind !== 'amd') return run.data + offset;
  return functionModeOf(replay, run) === 'msi' ? run.index + offset : 0;
}

function functionModeOf(replay: X86Replay, run: VectorRun): string | undefined {
  for (const own of replay.state.functions.values()) if (own.vectors.includes(run)) return own.mode;
  return undefined;
}

function compareByCpu(replay: X86Replay, { n, observed }: X86Step): void {
  const counts = new Map<string, number>();
  for (const own of replay.state.functions.values()) {
    for (const run of own.vectors) {
      for (let offset = 0; offset < run.count; offset++) {
        const interrupt = x86Interrupt(apic(replay), run, offset);
        if (!interrupt.requested || interrupt.target === undefined) continue;
        const key = `mask ${maskText(replay, interrupt)} cpu ${interrupt.target.cpu}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  const got = [...counts].map(([key, count]) => `${key} count ${count}`);
  const expected = (observed.byCpu ?? []).map(({ mask, cpu, count }) => `mask ${mask} cpu ${cpu} count ${count}`);
  replay.tally.compareLists(n, 'byCpu', expected.sort(), got.sort());
}

function maskText(replay: X86Replay, { mask }: Interrupt): string {
  return asList(mask ?? [...apic(replay).matrix.cpus.keys()]);
}

function runWith(runs: readonly VectorRun[], index: number): VectorRun | undefined {
  return runs.find((run) => index >= run.index && index < run.index + run.count);
}

function numbersText(set: readonly Interval[]): string {
  return within(set, 0, 255)
    .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
    .join(',');
}
