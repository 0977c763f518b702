/**
 * The interrupt files: one per CPU, each with its own identities (kernel/irq/matrix.c as irq-riscv-imsic-state.c uses it;
 * alike in 6.10 to 7.2). An identity is taken for an interrupt when it is allocated, on one CPU.
 */
import { add, type Intervals, interval, remove } from '../../base/intervals.ts';
import type { CpuMask } from '../controller.ts';
import type { Place } from './state.ts';

/** Identity 0 means none, and 1 is for messages between CPUs: IMSIC_IPI_ID (imsic_matrix_init). */
const firstForDevices = 2;

export interface IdentityFile {
  readonly online: boolean;
  readonly free: Intervals;
  /** How many are free. */
  readonly available: number;
}

/** Identities of one file that devices can have, of the `identities` it has: 1 .. identities. */
export const identitiesForDevices = (identities: number): number => identities - firstForDevices + 1;

/** The files at power on; CPUs from `cpus` on are not online. */
export function emptyFiles(identities: number, cpus: number, possibleCpus: number): readonly IdentityFile[] {
  const free = interval(firstForDevices, identities);
  const available = identitiesForDevices(identities);
  return Array.from({ length: possibleCpus }, (_, cpu) => ({ online: cpu < cpus, free, available }));
}

/** The CPUs whose files are online. */
export const onlineOf = (files: readonly IdentityFile[]): CpuMask =>
  files.flatMap(({ online }, cpu) => (online ? [cpu] : []));

/** Those of a mask that are online; of no mask: all that are. */
export const onlineWithin = (files: readonly IdentityFile[], mask: CpuMask | undefined): CpuMask =>
  mask === undefined ? onlineOf(files) : mask.filter((cpu) => files[cpu]?.online === true);

/**
 * Takes the lowest identity of the online CPU with the most left, the lowest CPU among equals (irq_matrix_alloc,
 * matrix_find_best_cpu, matrix_alloc_area). `files` is changed in place; undefined when no CPU has one.
 * @param mask undefined: any CPU
 */
export function takeIdentity(files: IdentityFile[], mask: CpuMask | undefined): Place | undefined {
  const cpu = fullestOf(files, mask);
  const file = cpu === undefined ? undefined : files[cpu];
  const identity = file?.free[0]?.first;
  if (cpu === undefined || file === undefined || identity === undefined) return undefined;
  files[cpu] = { ...file, free: remove(file.free, identity, identity), available: file.available - 1 };
  return { cpu, identity };
}

/** Gives an identity back, also to a CPU that is offline. `files` is changed in place. */
export function returnIdentity(files: IdentityFile[], { cpu, identity }: Place): void {
  const file = files[cpu];
  if (file === undefined) return;
  files[cpu] = { ...file, free: add(file.free, identity, identity), available: file.available + 1 };
}

function fullestOf(files: readonly IdentityFile[], mask: CpuMask | undefined): number | undefined {
  let best: number | undefined;
  let most = 0;
  const candidates = mask === undefined ? files.length : mask.length;
  for (let i = 0; i < candidates; i++) {
    const cpu = mask === undefined ? i : (mask[i] ?? 0);
    const file = files[cpu];
    if (file === undefined || !file.online || file.available <= most) continue;
    best = cpu;
    most = file.available;
  }
  return best;
}
