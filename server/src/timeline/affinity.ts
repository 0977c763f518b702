/** Vectors for queues: how many, and which CPUs each is for (kernel/irq/affinity.c, lib/group_cpus.c; alike in 6.1, 6.12, 7.2). */
import type { CpuMask } from '../controllers/controller.ts';

/** What PCI_IRQ_AFFINITY says of a call: vectors before and after the spread ones, and their sets. */
export interface Affinity {
  readonly pre: number;
  readonly post: number;
  readonly sets: number;
}

/**
 * irq_calc_affinity_vectors: how many of `max` vectors are worth having: one per possible CPU besides `pre` and `post`. 0
 * when `pre` and `post` alone are more than `min`. A driver with sets of its own decides itself.
 */
export function affinityVectors(affinity: Affinity, possibleCpus: number, min: number, max: number): number {
  const reserved = affinity.pre + affinity.post;
  if (reserved > min) return 0;
  const spread = affinity.sets > 1 ? max - reserved : possibleCpus;
  return reserved + Math.min(spread, max - reserved);
}

/** group_cpus_evenly on one node: `groups` masks, CPUs in order, larger groups first; more groups than CPUs: one CPU each, in turn. */
export function spreadMasks(groups: number, possibleCpus: number): CpuMask[] {
  const masks: CpuMask[] = [];
  const filled = Math.min(groups, possibleCpus);
  let cpu = 0;
  for (let group = 0; group < groups; group++) {
    const left = possibleCpus - cpu;
    const length = group < filled ? Math.ceil(left / (filled - group)) : 1;
    const mask: number[] = [];
    for (let i = 0; i < length; i++) mask.push((cpu + i) % possibleCpus);
    masks.push(mask);
    cpu += length;
  }
  return masks;
}
