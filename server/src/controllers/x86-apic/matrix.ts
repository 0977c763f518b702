/**
 * The vectors of all CPUs: what is in use, what is set aside for managed interrupts, how many interrupts have been promised one
 * (kernel/irq/matrix.c; the same rules in 6.1, 6.12 and 7.2). Counters are kept, not derived, as the kernel does: after a managed
 * interrupt set vectors aside on an offline CPU they differ.
 */
import { add, gaps, has, type Intervals, noIntervals, remove, size } from '../../base/intervals.ts';
import type { CpuMask } from '../controller.ts';
import type { VectorSpace } from './vector-space.ts';

/** The vectors of one CPU (struct cpumap). */
export interface CpuVectors {
  readonly online: boolean;
  /** Whether it has been online: only then `available` counts. */
  readonly initialized: boolean;
  /** Vectors an ordinary interrupt can still have. */
  readonly available: number;
  /** In use, managed ones included. */
  readonly used: Intervals;
  /** Set aside for managed interrupts, in use or not. */
  readonly managed: Intervals;
  /** System vectors, and those in use or set aside. */
  readonly taken: Intervals;
  readonly allocated: number;
  readonly managedAllocated: number;
}

export interface Matrix {
  readonly space: VectorSpace;
  readonly cpus: readonly CpuVectors[];
  /** Numbers of the CPUs online. */
  readonly online: CpuMask;
  /** Vectors left on the CPUs online (global_available). */
  readonly available: number;
  /** Interrupts that have been promised a vector, and have none yet. */
  readonly reserved: number;
}

/** Where an interrupt is delivered. */
export interface Target {
  readonly cpu: number;
  readonly vector: number;
  /** What decided for the CPU: vectors it had left or, of a managed interrupt, managed ones it had in use. Absent: at boot. */
  readonly had?: number;
}

/** All vectors free; CPUs 0 .. `online` - 1 of `possible` are online. */
export function emptyMatrix(space: VectorSpace, possible: number, online: number): Matrix {
  const usable = space.last - space.first + 1 - size(space.system);
  const cpus: CpuVectors[] = [];
  const numbers: number[] = [];
  for (let cpu = 0; cpu < possible; cpu++) {
    const isOnline = cpu < online;
    if (isOnline) numbers.push(cpu);
    cpus.push({
      online: isOnline,
      initialized: isOnline,
      available: isOnline ? usable : 0,
      used: noIntervals,
      managed: noIntervals,
      taken: space.system,
      allocated: 0,
      managedAllocated: 0,
    });
  }
  return { space, cpus, online: numbers, available: usable * numbers.length, reserved: 0 };
}

/** Vectors left on the CPUs online (global_available). */
export const availableVectors = ({ available }: Matrix): number => available;

/** Vectors in use on all CPUs (total_allocated). */
export function allocatedVectors(matrix: Matrix): number {
  let sum = 0;
  for (const { allocated } of matrix.cpus) sum += allocated;
  return sum;
}

/**
 * irq_matrix_reserve, `count` times: promises vectors, however few there are. `exceeded` when the promises passed what is
 * available, which the kernel tells once in passing.
 */
export function reserve(matrix: Matrix, count: number): { matrix: Matrix; exceeded: boolean } {
  if (count === 0) return { matrix, exceeded: false };
  const { available } = matrix;
  const reserved = matrix.reserved + count;
  return { matrix: { ...matrix, reserved }, exceeded: matrix.reserved <= available && available < reserved };
}

/** irq_matrix_remove_reserved, `count` times. */
export function unreserve(matrix: Matrix, count: number): Matrix {
  return count === 0 ? matrix : { ...matrix, reserved: matrix.reserved - count };
}

/**
 * irq_matrix_alloc: the CPU of the mask with the most vectors left, the lowest among equals, and its lowest free vector.
 * @param reserved what is promised afterwards: less than before, where the vector was
 */
export function takeVector(
  matrix: Matrix,
  mask: CpuMask,
  reserved: number = matrix.reserved,
): { matrix: Matrix; target: Target } | undefined {
  let most = 0;
  let best: number | undefined;
  for (const cpu of mask) {
    const own = matrix.cpus[cpu];
    if (own === undefined || !own.online || own.available <= most) continue;
    most = own.available;
    best = cpu;
  }
  const own = best === undefined ? undefined : matrix.cpus[best];
  const vector = own === undefined ? undefined : lowestFree(matrix.space, own.taken);
  if (best === undefined || own === undefined || vector === undefined) return undefined;
  const changed: CpuVectors = {
    ...own,
    available: own.available - 1,
    used: add(own.used, vector, vector),
    taken: add(own.taken, vector, vector),
    allocated: own.allocated + 1,
  };
  const next = withCpu(matrix, best, changed, matrix.available - 1, reserved);
  return { matrix: next, target: { cpu: best, vector, had: own.available } };
}

/** irq_matrix_assign: this vector of this CPU, as at boot. */
export function assignVector(matrix: Matrix, { cpu, vector }: Target): Matrix {
  const own = matrix.cpus[cpu];
  if (own === undefined || has(own.used, vector)) return matrix;
  const changed: CpuVectors = {
    ...own,
    available: own.available - 1,
    used: add(own.used, vector, vector),
    taken: add(own.taken, vector, vector),
    allocated: own.allocated + 1,
  };
  return withCpu(matrix, cpu, changed, matrix.available - (own.online ? 1 : 0));
}

/** irq_matrix_free. A managed vector stays set aside. */
export function freeVector(matrix: Matrix, { cpu, vector }: Target, managed: boolean): Matrix {
  const own = matrix.cpus[cpu];
  if (own === undefined) return matrix;
  const used = remove(own.used, vector, vector);
  const allocated = own.allocated - 1;
  if (managed) return withCpu(matrix, cpu, { ...own, used, allocated, managedAllocated: own.managedAllocated - 1 });
  const taken = remove(own.taken, vector, vector);
  const changed: CpuVectors = { ...own, used, taken, allocated, available: own.available + 1 };
  return withCpu(matrix, cpu, changed, matrix.available + (own.online ? 1 : 0));
}

/**
 * irq_matrix_reserve_managed: sets the lowest free vector of every CPU of the mask aside, online or not. Undefined when one has
 * none: then nothing is set aside.
 */
export function reserveManaged(matrix: Matrix, mask: CpuMask): Matrix | undefined {
  const cpus = matrix.cpus.slice();
  let { available } = matrix;
  for (const cpu of mask) {
    const own = cpus[cpu];
    if (own === undefined) continue;
    const vector = lowestFree(matrix.space, own.taken);
    if (vector === undefined) return undefined;
    if (own.online) available--;
    cpus[cpu] = {
      ...own,
      managed: add(own.managed, vector, vector),
      taken: add(own.taken, vector, vector),
      available: own.online ? own.available - 1 : own.available,
    };
  }
  return { ...matrix, cpus, available };
}

/** The first CPU of a mask on which nothing can be set aside; undefined: there is none. */
export function fullCpu({ space, cpus }: Matrix, mask: CpuMask): number | undefined {
  return mask.find((cpu) => {
    const own = cpus[cpu];
    return own !== undefined && lowestFree(space, own.taken) === undefined;
  });
}

/**
 * irq_matrix_remove_managed: the lowest vector set aside and not in use, on every CPU of the mask. Offline ones keep their count
 * of available vectors.
 */
export function removeManaged(matrix: Matrix, mask: CpuMask): Matrix {
  const cpus = matrix.cpus.slice();
  let { available } = matrix;
  for (const cpu of mask) {
    const own = cpus[cpu];
    const vector = own === undefined ? undefined : lowestIdle(own);
    if (own === undefined || vector === undefined) continue;
    if (own.online) available++;
    cpus[cpu] = {
      ...own,
      managed: remove(own.managed, vector, vector),
      taken: remove(own.taken, vector, vector),
      available: own.online ? own.available + 1 : own.available,
    };
  }
  return { ...matrix, cpus, available };
}

/**
 * irq_matrix_alloc_managed: the CPU of the mask with the fewest managed vectors in use, the highest among equals (the comparison
 * is `>`), and its lowest vector that is set aside and not in use.
 */
export function takeManaged(matrix: Matrix, mask: CpuMask): { matrix: Matrix; target: Target } | undefined {
  let fewest = Number.POSITIVE_INFINITY;
  let best: number | undefined;
  for (const cpu of mask) {
    const own = matrix.cpus[cpu];
    if (own === undefined || !own.online || own.managedAllocated > fewest) continue;
    fewest = own.managedAllocated;
    best = cpu;
  }
  const own = best === undefined ? undefined : matrix.cpus[best];
  const vector = own === undefined ? undefined : lowestIdle(own);
  if (best === undefined || own === undefined || vector === undefined) return undefined;
  const changed: CpuVectors = {
    ...own,
    used: add(own.used, vector, vector),
    allocated: own.allocated + 1,
    managedAllocated: own.managedAllocated + 1,
  };
  return { matrix: withCpu(matrix, best, changed), target: { cpu: best, vector, had: own.managedAllocated } };
}

/** irq_matrix_offline, irq_matrix_online. */
export function setOnline(matrix: Matrix, cpu: number, online: boolean): Matrix {
  const own = matrix.cpus[cpu];
  if (own === undefined || own.online === online) return matrix;
  const { first, last, system } = matrix.space;
  const available = own.initialized ? own.available : last - first + 1 - size(system) - size(own.managed);
  const left = matrix.available + (online ? available : -available);
  const changed = withCpu(matrix, cpu, { ...own, online, initialized: true, available }, left);
  const numbers: number[] = [];
  for (const [number, one] of changed.cpus.entries()) if (one.online) numbers.push(number);
  return { ...changed, online: numbers };
}

/** The CPUs of a mask that are online; undefined stands for all CPUs. */
export function onlineOf(matrix: Matrix, mask: CpuMask | undefined): CpuMask {
  if (mask === undefined) return matrix.online;
  return mask.every((cpu) => matrix.cpus[cpu]?.online === true)
    ? mask
    : mask.filter((cpu) => matrix.cpus[cpu]?.online === true);
}

function withCpu(
  { space, cpus: before, online, available: left, reserved: promised }: Matrix,
  cpu: number,
  own: CpuVectors,
  available: number = left,
  reserved: number = promised,
): Matrix {
  const cpus = before.slice();
  cpus[cpu] = own;
  return { space, cpus, online, available, reserved };
}

function lowestFree({ first, last }: VectorSpace, taken: Intervals): number | undefined {
  let next = first;
  for (const run of taken) {
    if (run.first > next) break;
    next = Math.max(next, run.last + 1);
  }
  return next <= last ? next : undefined;
}

/** The lowest vector set aside on a CPU and not in use. */
function lowestIdle({ managed, used }: CpuVectors): number | undefined {
  for (const run of managed) {
    const [idle] = gaps(used, run.first, run.last);
    if (idle !== undefined) return idle.first;
  }
  return undefined;
}
