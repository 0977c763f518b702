/**
 * GICv2m: frames of SPIs that can be signalled by a message (irq-gic-v2m.c). One pool for all functions: no DeviceID, no table,
 * no sharing. The message's data is the SPI's INTID.
 *
 * The alignment is that of Linux 6.18, which stable kernels of the older series took over at the end of 2025, the recorded 6.1
 * and 6.12 among them. Before, a block was rounded up to a power of two and aligned within its frame.
 */
import {
  add,
  hasAll,
  type Interval,
  type Intervals,
  interval,
  noIntervals,
  remove,
  size,
} from '../../base/intervals.ts';
import { isPowerOfTwo } from '../../base/powers.ts';
import type { OtherController } from '../../model/machine.ts';
import { frameProblem } from '../../model/message-drivers.ts';
import {
  type Demand,
  done,
  type InterruptController,
  noEffects,
  type Outcome,
  type Reason,
  type Requester,
  refuse,
  type VectorRun,
} from '../controller.ts';

export interface V2mState {
  readonly type: 'gicv2m';
  /** The valid frames, in order, each with its free SPIs. */
  readonly frames: readonly Frame[];
  /** SPIs of all valid frames. */
  readonly spisTotal: number;
}

export interface Frame {
  readonly first: number;
  readonly last: number;
  readonly free: Intervals;
}

/** The frames at power on; none when the kernel rejects one, for that takes all others along. */
export function initialV2mState(controller: OtherController): V2mState {
  const isRejected = controller.spiFrames.some((frame) => frameProblem(frame) !== undefined);
  const valid = isRejected ? [] : controller.spiFrames;
  const frames = valid.map(({ first, last }) => ({ first, last, free: interval(first, last) }));
  return { type: 'gicv2m', frames, spisTotal: freeSpis(frames) };
}

export const gicv2m: InterruptController<V2mState> = {
  supports: { multiMsi: true, dynamicMsix: false },
  prepare: (state, demand) => done(state, demand.vectors),
  teardown: (state) => done(state, undefined),
  allocate,
  free,
  request: (state, _requester, run) => done(state, [run]),
  release: (state, _requester, run) => done(state, [run]),
  setAffinity: (state, _requester, run, mask) =>
    run.managed
      ? refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s')
      : done(state, { ...run, mask }),
  figures: (state) => {
    const spisFree = freeSpis(state.frames);
    return { spis: state.spisTotal - spisFree, spisFree };
  },
};

/** gicv2m_irq_domain_alloc, vector by vector: the lowest free SPI of the first frame that has one. */
function allocate(state: V2mState, demand: Demand, limit: number): Outcome<V2mState, readonly VectorRun[]> {
  if (demand.mode === 'msi' && demand.vectors > 1) return allocateBlock(state, demand, limit);
  const wanted = Math.min(demand.vectors, limit);
  const runs: VectorRun[] = [];
  let position = 0;
  const frames = state.frames.map((frame) => {
    let { free } = frame;
    for (const gap of frame.free) {
      const count = Math.min(wanted - position, gap.last - gap.first + 1);
      if (count <= 0) break;
      free = remove(free, gap.first, gap.first + count - 1);
      appendVectors(runs, demand, position, gap.first, count);
      position += count;
    }
    return free === frame.free ? frame : { ...frame, free };
  });
  return done({ ...state, frames }, runs, noEffects, () => spiReasons(runs));
}

/** Several messages: as many SPIs as asked in a row, aligned, within the first frame that has them. */
function allocateBlock(state: V2mState, demand: Demand, limit: number): Outcome<V2mState, readonly VectorRun[]> {
  const { vectors } = demand;
  const starts = state.frames.map((frame) => blockStart(frame, vectors));
  const chosen = starts.findIndex((start) => start !== undefined);
  const spi = starts[chosen];
  if (spi === undefined || vectors > limit) return done(state, []);
  const frames = state.frames.map((frame, i) =>
    i === chosen ? { ...frame, free: remove(frame.free, spi, spi + vectors - 1) } : frame,
  );
  const runs: VectorRun[] = [];
  appendVectors(runs, demand, 0, spi, vectors);
  return done({ ...state, frames }, runs, noEffects, () => blockReasons(spi, vectors));
}

/**
 * bitmap_find_next_zero_area_off with the mask `count` - 1 on the absolute SPI number: of a power of two the lowest free
 * multiple. Of other counts the mask has gaps, and so the start has zeros just where the mask has ones. Undefined when there
 * is no such run.
 */
function blockStart({ first, last, free }: Frame, count: number): number | undefined {
  const mask = count - 1;
  const base = first - (first & mask);
  let from = first;
  for (;;) {
    const gap = free.find((run) => run.last >= from);
    if (gap === undefined) return undefined;
    const start = ((Math.max(gap.first, from) - base + mask) & ~mask) + base;
    if (start + count - 1 > last) return undefined;
    if (hasAll(free, start, start + count - 1)) return start;
    const around = free.find((run) => run.first <= start && run.last >= start);
    from = (around === undefined ? start : around.last + 1) + 1;
  }
}

function free(state: V2mState, _requester: Requester, runs: readonly VectorRun[]): Outcome<V2mState, undefined> {
  const frames = state.frames.map((frame) => {
    let { free } = frame;
    for (const run of runs) {
      const isHere = run.hwirq >= frame.first && run.hwirq <= frame.last;
      if (isHere) free = add(free, run.hwirq, run.hwirq + run.count - 1);
    }
    return free === frame.free ? frame : { ...frame, free };
  });
  return done({ ...state, frames }, undefined);
}

/** Adds `count` vectors in a row: one run of them, but one each where table entries are chosen or CPUs kept. */
function appendVectors(runs: VectorRun[], demand: Demand, from: number, spi: number, count: number): void {
  const { entries, managed } = demand;
  if (entries === undefined && managed === undefined) {
    runs.push({ index: from, data: spi, hwirq: spi, count, cpus: undefined, mask: undefined, managed: false });
    return;
  }
  for (let i = 0; i < count; i++) {
    const position = from + i;
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const mask = isManaged ? managed.masks[position - managed.first] : undefined;
    const index = entries?.[position] ?? position;
    runs.push({ index, data: spi + i, hwirq: spi + i, count: 1, cpus: undefined, mask, managed: isManaged });
  }
}

const source = 'gicv2m_irq_domain_alloc, irq-gic-v2m.c';

function spiReasons(runs: readonly VectorRun[]): Reason[] {
  let taken = noIntervals;
  for (const { hwirq, count } of runs) taken = add(taken, hwirq, hwirq + count - 1);
  return taken.map((run) => ({ text: `${spiText(run)}, the lowest free`, source }));
}

function blockReasons(spi: number, vectors: number): Reason[] {
  const where = isPowerOfTwo(vectors) ? `the first free run on a multiple of ${vectors}` : 'the first aligned free run';
  return [{ text: `${spiText({ first: spi, last: spi + vectors - 1 })}, ${where}`, source }];
}

const spiText = ({ first, last }: Interval): string => (first === last ? `SPI ${first}` : `SPIs ${first}..${last}`);

function freeSpis(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + size(frame.free), 0);
}
