/** The state before the first step: what the record says is in use, in the model's terms. */
import { IntMap } from '../../../server/src/base/int-map.ts';
import { add, remove } from '../../../server/src/base/intervals.ts';
import type { VectorRun } from '../../../server/src/controllers/controller.ts';
import { bootInterrupt, type Interrupt, type X86State } from '../../../server/src/controllers/x86-apic/index.ts';
import { assignVector, type Matrix } from '../../../server/src/controllers/x86-apic/matrix.ts';
import { tableAt, withTable } from '../../../server/src/controllers/x86-apic/remapping-table.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { resolveRequester } from '../../../server/src/timeline/requester.ts';
import { changeFunction, type MachineState } from '../../../server/src/timeline/state.ts';
import { listed, type X86Record, type X86Vector } from './record.ts';

/** Puts the vectors, entries and promises of `given` into a machine just switched on. */
export function withGiven(
  state: MachineState,
  record: X86Record,
  functionOf: (bdf: string) => FunctionIndex | undefined,
): MachineState {
  const [empty] = state.controllers;
  if (empty?.type !== 'x86-apic') return state;
  const { given } = record;
  const listedVectors = given.vectors ?? [];
  const isListed = (cpu: number, vector: number) =>
    listedVectors.some((one) => one.cpu === cpu && one.vector === vector);
  let matrix: Matrix = { ...empty.matrix, reserved: given.counts.reserved };
  const bootInterrupts: Interrupt[] = [];
  for (const [cpu, used] of given.used.entries()) {
    for (const vector of listed(used)) {
      matrix = assignVector(matrix, { cpu, vector });
      if (!isListed(cpu, vector)) {
        bootInterrupts.push({ ...bootInterrupt({ cpu, vector }), mask: empty.defaultAffinity });
      }
    }
  }
  let own: X86State = { ...empty, matrix, bootInterrupts, remapping: entriesInUse(empty, given.irtesInUse) };
  let next = state;
  for (const vector of listedVectors) {
    const fn = vector.bdf === undefined ? undefined : functionOf(vector.bdf);
    if (fn === undefined || vector.irq === undefined) continue;
    own = withVector(own, vector, vector.irq);
    const requester = resolveRequester(next, fn);
    next = changeFunction(next, fn, {
      driver: 'pcieport',
      mode: 'msi',
      vectors: [runOf(vector, vector.irq)],
      handlers: add([], vector.index ?? 0, vector.index ?? 0),
      requester: requester.ok ? requester.value : undefined,
    });
  }
  return { ...next, controllers: [own] };
}

function entriesInUse(state: X86State, inUse: string | undefined): X86State['remapping'] {
  if (state.remapping === undefined || inUse === undefined) return state.remapping;
  const table = tableAt(state.remapping, 0);
  const free = listed(inUse).reduce((left, entry) => remove(left, entry, entry), table.free);
  return withTable(state.remapping, 0, { ...table, free, blocks: IntMap.empty() });
}

function withVector(state: X86State, vector: X86Vector, irq: number): X86State {
  const { cpu } = vector;
  const target = cpu === undefined || typeof vector.vector !== 'number' ? undefined : { cpu, vector: vector.vector };
  const interrupt: Interrupt = {
    mask: state.defaultAffinity,
    maskSet: false,
    managed: vector.managed === true,
    fixed: false,
    requested: target !== undefined,
    target,
    previous: undefined,
  };
  const irqNumbers = remove(state.irqNumbers, irq, irq);
  return { ...state, irqNumbers, interrupts: state.interrupts.set(irq, interrupt) };
}

function runOf({ index = 0, irte }: X86Vector, irq: number): VectorRun {
  return { index, data: irte ?? index, hwirq: irq, count: 1, cpus: undefined, mask: undefined, managed: false };
}
