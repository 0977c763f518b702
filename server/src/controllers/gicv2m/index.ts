/**
 * GICv2m: frames of SPIs that can be signalled by a message (irq-gic-v2m.c, 7.2; the same bitmap logic in 6.1 and 6.12). One
 * pool for all functions: no DeviceID, no table, no sharing. The message's data is the SPI's INTID.
 */
import { add, firstAlignedFit, type Intervals, interval, noIntervals, remove, size } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { OtherController } from '../../model/machine.ts';
import {
  type Demand,
  done,
  type InterruptController,
  type Outcome,
  type Requester,
  refuse,
  type VectorRun,
} from '../controller.ts';

/** SPIs start at INTID 32 (irq-gic-v2m.c: V2M_MIN_SPI). */
const firstSpi = 32;
/** No SPI is above 1018 (V2M_MAX_SPI is 1019, exclusive). */
const lastSpi = 1018;

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

/** Why a frame would be rejected at boot (gicv2m_init_one); undefined when it is valid. */
export function frameProblem(frame: { readonly first: number; readonly last: number }): string | undefined {
  if (frame.last < frame.first) return 'it holds no SPI';
  if (frame.first < firstSpi || frame.last > lastSpi) return `SPIs that take messages are ${firstSpi}..${lastSpi}`;
  return undefined;
}

/** The frames at power on; those the kernel rejects are not there. */
export function initialV2mState(controller: OtherController): V2mState {
  const valid = controller.spiFrames.filter((frame) => frameProblem(frame) === undefined);
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

/**
 * gicv2m_irq_domain_alloc: the first frame with room. Several MSI messages start on a multiple of their power of two, in
 * absolute SPI numbers, and take exactly as many SPIs as asked.
 */
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
      for (let i = 0; i < count; i++) appendVector(runs, demand, position + i, gap.first + i);
      position += count;
    }
    return free === frame.free ? frame : { ...frame, free };
  });
  return done({ ...state, frames }, runs);
}

function allocateBlock(state: V2mState, demand: Demand, limit: number): Outcome<V2mState, readonly VectorRun[]> {
  const { vectors } = demand;
  const alignment = roundUpToPowerOfTwo(vectors);
  const chosen = state.frames.findIndex((frame) => firstAlignedFit(frame.free, vectors, alignment) !== undefined);
  const spi = firstAlignedFit(state.frames[chosen]?.free ?? noIntervals, vectors, alignment);
  if (spi === undefined || vectors > limit) return done(state, []);
  const frames = state.frames.map((frame, i) =>
    i === chosen ? { ...frame, free: remove(frame.free, spi, spi + vectors - 1) } : frame,
  );
  const runs: VectorRun[] = [];
  for (let position = 0; position < vectors; position++) appendVector(runs, demand, position, spi + position);
  return done({ ...state, frames }, runs);
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

/** Adds one vector to the last run, or as a run of its own where the numbers do not go on or it has its own CPUs. */
function appendVector(runs: VectorRun[], demand: Demand, position: number, spi: number): void {
  const { entries, managed } = demand;
  const index = entries?.[position] ?? position;
  const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
  const last = runs[runs.length - 1];
  const goesOn =
    last !== undefined && last.hwirq + last.count === spi && last.index + last.count === index && !last.managed;
  if (goesOn && !isManaged) {
    runs[runs.length - 1] = { ...last, count: last.count + 1 };
    return;
  }
  const mask = isManaged ? managed.masks[position - managed.first] : undefined;
  runs.push({ index, data: spi, hwirq: spi, count: 1, cpus: undefined, mask, managed: isManaged });
}

function freeSpis(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + size(frame.free), 0);
}
