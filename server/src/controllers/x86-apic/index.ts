/**
 * x86 local APICs: about 200 vectors per CPU, promised at allocation and taken at request; with interrupt remapping an entry per
 * interrupt (arch/x86/kernel/apic/vector.c, kernel/irq/matrix.c, drivers/iommu; 6.1, 6.12, 7.2).
 */
import { IntMap } from '../../base/int-map.ts';
import { interval } from '../../base/intervals.ts';
import type { Machine, X86Apic } from '../../model/machine.ts';
import { type CpuMask, done, type InterruptController, type Requester, type VectorRun } from '../controller.ts';
import { allocate, free } from './allocate.ts';
import { bringOnline, takeOffline } from './cpu-hotplug.ts';
import { release, request, setAffinity } from './handlers.ts';
import { allocatedVectors, assignVector, availableVectors, emptyMatrix, type Target, takeVector } from './matrix.ts';
import { amdEntries } from './remapping-amd.ts';
import { intelEntries } from './remapping-intel.ts';
import { emptyTables, tableAt, tableKey, usedEntries } from './remapping-table.ts';
import { type Interrupt, interruptOf, type X86State } from './state.ts';
import { isaVector, vectorSpace } from './vector-space.ts';

export { dropPin, releasePin, requestPin, wakePin } from './pins.ts';
export type { Interrupt, X86State } from './state.ts';

/** Interrupt numbers 0..23 are the IO-APIC's pins; message interrupts have higher ones. */
const firstMessageIrq = 24;
/** MAX_SPARSE_IRQS: there are always more interrupt numbers than vectors. */
const lastIrq = 2 ** 31 - 1;

/** The machine before its first PCI driver: what the spec says is in use on the boot CPU, and no promises. */
export function initialX86State(apic: X86Apic, machine: Machine): X86State {
  const { legacyPic, ia32, isaIrqs, vectorsInUse, remapping, remappingEntries } = apic;
  let matrix = emptyMatrix(vectorSpace(machine.rules, { legacyPic, ia32 }), machine.possibleCpus, machine.cpus);
  const bootInterrupts: Interrupt[] = [];
  for (const irq of isaIrqs) {
    const target = { cpu: 0, vector: isaVector(irq) };
    matrix = assignVector(matrix, target);
    bootInterrupts.push(bootInterrupt(target));
  }
  while (bootInterrupts.length < vectorsInUse) {
    const taken = takeVector(matrix, [0]);
    if (taken === undefined) break;
    matrix = taken.matrix;
    bootInterrupts.push(bootInterrupt(taken.target));
  }
  const entries = remappingEntries ?? (remapping === 'amd' ? amdEntries : intelEntries);
  return {
    type: 'x86-apic',
    matrix,
    remapping: remapping === 'none' ? undefined : emptyTables(remapping, entries),
    irqNumbers: interval(firstMessageIrq, lastIrq),
    interrupts: IntMap.empty(),
    bootInterrupts,
    pins: IntMap.empty(),
    defaultAffinity: machine.kernelOptions.defaultAffinity,
    isolated: machine.kernelOptions.isolatedManaged ?? [],
    nodes: machine.numaNodes ?? [],
  };
}

/** An interrupt that holds a vector before the first PCI driver. */
export function bootInterrupt(target: Target): Interrupt {
  return {
    mask: undefined,
    maskSet: false,
    managed: false,
    fixed: false,
    requested: true,
    target,
    previous: undefined,
  };
}

/** The interrupt behind one vector of a run: its CPU, vector and mask as they are now. */
export function x86Interrupt(state: X86State, run: VectorRun, offset: number): Interrupt {
  return interruptOf(state, run, offset);
}

/** Entries of the remapping table that a function's vectors hold; 0 without remapping. */
export function remappingEntries({ remapping }: X86State, requester: Requester, runs: readonly VectorRun[]): number {
  if (remapping === undefined) return 0;
  const table = tableAt(remapping, tableKey(remapping, requester));
  return runs.reduce((sum, run) => sum + Math.max(run.count, table.blocks.get(run.data) ?? 0), 0);
}

const shared: Omit<InterruptController<X86State>, 'supports'> = {
  prepare: (state, demand) => done(state, demand.vectors),
  teardown: (state) => done(state, undefined),
  allocate,
  free,
  request,
  release,
  setAffinity,
  setDefaultAffinity: (state, mask: CpuMask) => done({ ...state, defaultAffinity: mask }, undefined),
  cpus: { takeOffline, bringOnline },
  figures: ({ matrix, remapping }) => ({
    vectors: allocatedVectors(matrix),
    vectorsFree: availableVectors(matrix),
    vectorsReserved: matrix.reserved,
    ...(remapping === undefined ? {} : { irtes: usedEntries(remapping) }),
    ...(remapping?.kind === 'intel'
      ? { irtesFree: remapping.entries * Math.max(1, remapping.tables.size) - usedEntries(remapping) }
      : {}),
  }),
};

/** Without remapping a block of messages would have to be consecutive vectors of one CPU, which is not to be had. */
export const x86Apic: InterruptController<X86State> = {
  ...shared,
  supports: { multiMsi: false, dynamicMsix: true },
};

/** With interrupt remapping. */
export const x86Remapped: InterruptController<X86State> = {
  ...shared,
  supports: { multiMsi: true, dynamicMsix: true },
};
