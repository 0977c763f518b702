/**
 * To which CPU an LPI goes (irq-gic-v3-its.c: its_select_cpu, cpumask_pick_least_loaded; alike in 6.1, 6.12 and 7.2): the one
 * with the fewest LPIs of the same sort (managed or not), the lowest number among equals. A collection is a CPU.
 */
import type { CpuMask } from '../controller.ts';

/** LPIs delivered to each CPU; the kernel counts managed ones apart. */
export interface CpuLoad {
  readonly managed: readonly number[];
  readonly unmanaged: readonly number[];
  /** The CPUs that LPIs may go to now; absent: all. */
  readonly online?: CpuMask;
}

/** No LPIs on `cpus` possible CPUs, of which the first ones are online. */
export function noLoad(cpus: number, online = cpus): CpuLoad {
  const none = new Array<number>(cpus).fill(0);
  const load = { managed: none, unmanaged: none };
  return online === cpus ? load : { ...load, online: Array.from({ length: online }, (_, cpu) => cpu) };
}

/** The CPUs of a mask that are online; without a mask all that are. */
export function onlineOf({ unmanaged, online }: CpuLoad, mask: CpuMask | undefined): CpuMask {
  if (online === undefined) return mask ?? Array.from(unmanaged.keys());
  return mask === undefined ? online : mask.filter((cpu) => online.includes(cpu));
}

/** Whether a managed LPI waits for one of its CPUs to come online: it is not mapped until then (msi_init_virq, kernel/irq/msi.c). */
export const waits = (load: CpuLoad | undefined, mask: CpuMask | undefined): boolean =>
  load?.online !== undefined && mask !== undefined && onlineOf(load, mask).length === 0;

/** Where an LPI with this mask may go: to CPUs of it, or to any if none of them is online; undefined: all CPUs. */
function targets(load: CpuLoad, mask: CpuMask | undefined): CpuMask | undefined {
  if (load.online === undefined) return mask;
  const online = onlineOf(load, mask);
  return online.length === 0 ? load.online : online;
}

/** Places `count` LPIs one after another. */
export function placeLpis(load: CpuLoad, count: number, managed: boolean): { load: CpuLoad; cpus: number[] } {
  const counts = [...(managed ? load.managed : load.unmanaged)];
  const cpus: number[] = [];
  for (let i = 0; i < count; i++) {
    const cpu = leastLoaded(counts, load.online);
    counts[cpu] = (counts[cpu] ?? 0) + 1;
    cpus.push(cpu);
  }
  return { load: replaced(load, managed, counts), cpus };
}

/** Takes LPIs off their CPUs. */
export function removeLpis(load: CpuLoad, cpus: readonly number[], managed: boolean): CpuLoad {
  const counts = [...(managed ? load.managed : load.unmanaged)];
  for (const cpu of cpus) counts[cpu] = (counts[cpu] ?? 0) - 1;
  return replaced(load, managed, counts);
}

/** Chooses anew for an LPI that is on `cpu` now (its_set_affinity): it is not counted itself. No mask: any CPU. */
export function moveLpi(
  load: CpuLoad,
  cpu: number,
  mask: CpuMask | undefined,
  managed: boolean,
): { load: CpuLoad; cpu: number } {
  const before = managed ? load.managed : load.unmanaged;
  const chosen = leastLoaded(before, targets(load, mask), cpu);
  if (chosen === cpu) return { load, cpu };
  const counts = before.slice();
  counts[cpu] = (counts[cpu] ?? 0) - 1;
  counts[chosen] = (counts[chosen] ?? 0) + 1;
  return { load: replaced(load, managed, counts), cpu: chosen };
}

/** `leaving`: the CPU that one of the LPIs is to be taken off before they are compared. */
function leastLoaded(counts: readonly number[], mask: CpuMask | undefined, leaving?: number): number {
  let chosen = mask?.[0] ?? 0;
  let least = Number.POSITIVE_INFINITY;
  const candidates = mask === undefined ? counts.length : mask.length;
  for (let i = 0; i < candidates; i++) {
    const cpu = mask === undefined ? i : (mask[i] ?? 0);
    const count = (counts[cpu] ?? Number.POSITIVE_INFINITY) - (cpu === leaving ? 1 : 0);
    if (count < least) {
      least = count;
      chosen = cpu;
    }
  }
  return chosen;
}

function replaced(load: CpuLoad, managed: boolean, counts: readonly number[]): CpuLoad {
  return managed ? { ...load, managed: counts } : { ...load, unmanaged: counts };
}
