/**
 * To which CPU an LPI of a GICv5 goes: the first online one of its mask, not the least loaded (gicv5_iri_irq_set_affinity,
 * irq-gic-v5.c: cpumask_any_and). It is chosen when the handler comes; a CPU that leaves hands its LPIs on, and they stay
 * there when it is back (migrate_one_irq, kernel/irq/cpuhotplug.c; the interrupts have a single target).
 */
import { IntMap } from '../../base/int-map.ts';
import type { IntTable } from '../../base/int-table.ts';
import { gaps, type Intervals } from '../../base/intervals.ts';
import type { CpuMask } from '../controller.ts';

export interface Targets {
  /** CPUs online, ascending. */
  readonly online: CpuMask;
  readonly possibleCpus: number;
  /** LPIs that are not simply on the first CPU, by number. */
  readonly apart: IntTable<Target>;
}

/** Where one LPI goes. */
export interface Target {
  /** Undefined: a managed interrupt, shut down as no CPU of its mask is online. */
  readonly cpu: number | undefined;
  /** The CPUs it is kept for or was moved to by the user; undefined: all. */
  readonly mask: CpuMask | undefined;
  readonly managed: boolean;
}

const onFirst: Target = { cpu: 0, mask: undefined, managed: false };

/** All LPIs on the first CPU, which those of a machine with one CPU are anyway. */
export function initialTargets(cpus: number, possibleCpus: number): Targets | undefined {
  if (possibleCpus === 1) return undefined;
  return { online: Array.from({ length: cpus }, (_, cpu) => cpu), possibleCpus, apart: IntMap.empty() };
}

/** Where an LPI goes now. */
export const targetOf = (targets: Targets | undefined, lpi: number): Target => targets?.apart.get(lpi) ?? onFirst;

/** A handler comes (irq_startup): each LPI of the run goes to the first CPU of its own mask, or of all. */
export function startLpis(
  targets: Targets,
  lpi: number,
  count: number,
  mask: CpuMask | undefined,
  managed: boolean,
): Targets {
  // On most machines nothing was ever moved.
  if (mask === undefined && targets.apart.size === 0 && targets.online[0] === 0) return targets;
  let { apart } = targets;
  for (let i = lpi; i < lpi + count; i++) {
    const own = apart.get(i);
    const wanted = managed ? mask : (own?.mask ?? mask);
    const cpu = firstOnline(targets.online, wanted) ?? (managed ? undefined : targets.online[0]);
    apart = placed(apart, i, { cpu, mask: wanted, managed });
  }
  return apart === targets.apart ? targets : { ...targets, apart };
}

/** Forgets LPIs that were freed. */
export function dropLpis(targets: Targets, lpi: number, count: number): Targets {
  if (targets.apart.size === 0) return targets;
  let { apart } = targets;
  for (let i = lpi; i < lpi + count; i++) apart = apart.delete(i);
  return apart === targets.apart ? targets : { ...targets, apart };
}

/** irq_set_affinity on one LPI; undefined when no CPU of the mask is online. */
export function moveLpi(targets: Targets, lpi: number, mask: CpuMask): Targets | undefined {
  const cpu = firstOnline(targets.online, mask);
  if (cpu === undefined) return undefined;
  return { ...targets, apart: placed(targets.apart, lpi, { cpu, mask, managed: false }) };
}

/**
 * A CPU leaves: what it took goes to the first one left of its mask, else to the first one left at all; managed LPIs without
 * another CPU are shut down.
 * @param taken LPIs that devices have
 */
export function leaveCpu(targets: Targets, cpu: number, taken: Intervals): Targets {
  const online = targets.online.filter((other) => other !== cpu);
  let { apart } = targets;
  for (const [lpi, target] of [...apart.entries()]) {
    if (target.cpu !== cpu) continue;
    const next = firstOnline(online, target.mask);
    if (next !== undefined) apart = apart.set(lpi, { ...target, cpu: next });
    else if (target.managed) apart = apart.set(lpi, { ...target, cpu: undefined });
    else apart = apart.set(lpi, { ...target, cpu: online[0], mask: undefined });
  }
  if (cpu === onFirst.cpu) {
    for (const { first, last } of taken) {
      for (let lpi = first; lpi <= last; lpi++) {
        if (!targets.apart.has(lpi)) apart = apart.set(lpi, { ...onFirst, cpu: online[0] });
      }
    }
  }
  return { ...targets, online, apart };
}

/** A CPU is back: managed LPIs that were shut down for want of it start again; all others stay where they went. */
export function joinCpu(targets: Targets, cpu: number): Targets {
  const online = [...targets.online, cpu].sort((a, b) => a - b);
  let { apart } = targets;
  for (const [lpi, target] of [...apart.entries()]) {
    if (target.cpu === undefined && target.mask?.includes(cpu)) apart = apart.set(lpi, { ...target, cpu });
  }
  return { ...targets, online, apart };
}

/** LPIs that devices have, of a pool that starts at `first` and ends at `last`. */
export const takenOf = (free: Intervals, first: number, last: number): Intervals => gaps(free, first, last);

function placed(apart: IntTable<Target>, lpi: number, target: Target): IntTable<Target> {
  const isPlain = target.cpu === 0 && target.mask === undefined && !target.managed;
  return isPlain ? apart.delete(lpi) : apart.set(lpi, target);
}

const firstOnline = (online: CpuMask, mask: CpuMask | undefined): number | undefined =>
  mask === undefined ? online[0] : online.find((cpu) => mask.includes(cpu));
