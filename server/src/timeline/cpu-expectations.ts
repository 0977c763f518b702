/** What `expect cpu[n]` asserts: the vectors of one CPU, where CPUs have vectors of their own. */
import type { CpuFigures } from '../controllers/controller.ts';
import { withController } from '../controllers/registry.ts';
import { placesOf } from '../controllers/riscv-imsic/index.ts';
import { deliveries } from '../controllers/x86-apic/index.ts';
import { functionState, type MachineState } from './state.ts';

/** Functions named as holders of a CPU's vectors. */
const HOLDERS_NAMED = 3;

/** The value that `expect` calls `key`; undefined where the machine's CPUs have nothing to run short of. */
export function ofCpu(state: MachineState, cpu: number, key: string): number | undefined {
  const figures = figuresOf(state, cpu);
  switch (key) {
    case 'vectors':
      return figures?.vectors;
    case 'managed':
      return figures?.managed;
    case 'available':
      return figures?.available;
    default:
      return undefined;
  }
}

/** Vectors left on all CPUs; undefined where they have none. */
export function availableOnCpus(state: MachineState): number | undefined {
  let available: number | undefined;
  for (let cpu = 0; cpu < state.topology.machine.possibleCpus; cpu++) {
    const figures = figuresOf(state, cpu);
    if (figures !== undefined) available = (available ?? 0) + figures.available;
  }
  return available;
}

/** "150 vectors are in use (nic 147, rp0 1), 2 set aside, 50 left" */
export function cpuReason(state: MachineState, cpu: number): string {
  const figures = figuresOf(state, cpu);
  if (figures === undefined) return '';
  const { vectors, managed, available } = figures;
  const holders = holdersOf(state, cpu);
  const named = holders.slice(0, HOLDERS_NAMED).map(([name, count]) => `${name} ${count}`);
  const more = holders.length > HOLDERS_NAMED ? [`${holders.length - HOLDERS_NAMED} more`] : [];
  const who = named.length === 0 ? '' : ` (${[...named, ...more].join(', ')})`;
  const aside = managed === 0 ? '' : `, ${managed} set aside`;
  return `${vectors} ${vectors === 1 ? 'vector is' : 'vectors are'} in use${who}${aside}, ${available} left`;
}

function figuresOf(state: MachineState, cpu: number): CpuFigures | undefined {
  for (const own of state.controllers) {
    const figures = withController(own, (implementation, one) => implementation.cpuFigures?.(one, cpu));
    if (figures !== undefined) return figures;
  }
  return undefined;
}

/** Functions with vectors or identities on a CPU, those with most first. */
function holdersOf(state: MachineState, cpu: number): readonly [name: string, count: number][] {
  const holders: [string, number][] = [];
  for (const { index, name } of state.topology.functions) {
    const { requester, vectors } = functionState(state, index);
    const own = requester === undefined ? undefined : state.controllers[requester.controller];
    let count = 0;
    if (own?.type === 'x86-apic') {
      for (const { interrupt } of deliveries(own, vectors)) if (interrupt.target?.cpu === cpu) count++;
    }
    if (own?.type === 'riscv-imsic') {
      for (const run of vectors) for (const place of placesOf(own, run)) if (place.cpu === cpu) count++;
    }
    if (count > 0) holders.push([name, count]);
  }
  return holders.sort(([, a], [, b]) => b - a);
}
