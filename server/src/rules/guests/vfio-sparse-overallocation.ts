import { gaps, type Intervals, size } from '../../base/intervals.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { type Assigned, assignedTo, type Guest, guestsOf } from '../../timeline/guests/assigned.ts';
import { passedThrough } from '../../timeline/guests/state.ts';
import { allocatedVectors } from '../../timeline/request-irq.ts';
import type { StepResult } from '../../timeline/run.ts';
import { functionState, type MachineState } from '../../timeline/state.ts';
import type { RuleContext } from '../context.ts';
import { isBoot, placeOf } from '../guest-events.ts';
import type { Finding, Rule } from '../rule.ts';
import { at } from '../sharing.ts';
import { entriesText } from '../words.ts';

export const vfioSparseOverallocation: Rule = {
  id: 'vfio-sparse-overallocation',
  severity: 'hint',
  title: 'the host allocates entries of an assigned function that the guest does not use',
  checks: 'Of the interrupts that the host holds for an assigned function the guest uses all.',
  why: 'Without entries added one by one, the host can only enable the first n entries of a table: a guest that uses entries 0, 3 and 7 has eight allocated. The idle ones take no CPU vector, but each a Linux interrupt number and a remapping entry, or an event and an LPI.',
  remedy: 'A host that adds entries one by one, or a guest driver that uses the first ones.',
  sources: ['QEMU 10.0: vfio_enable_vectors, hw/vfio/pci.c'],
  *check(context) {
    if (context.machine.vms.length === 0) return;
    for (const run of [context.boot, ...context.runs]) {
      // Of each function the last step that left entries idle.
      const told = new Map<FunctionIndex, Finding>();
      for (const result of run.steps) {
        if (isBoot(result) && run !== context.boot) continue;
        for (const [guest, assigned] of touched(context, result)) {
          const finding = findingOf(result, guest, assigned);
          if (finding === undefined) told.delete(assigned.fn);
          else told.set(assigned.fn, finding);
        }
      }
      yield* told.values();
    }
  },
};

/** The functions of guests that a step may have given entries. */
function* touched({ topology }: RuleContext, result: StepResult): Iterable<readonly [Guest, Assigned]> {
  const { step } = result;
  if (isBoot(result) || step?.op === 'start') {
    for (const guest of guestsOf(topology)) {
      if (step?.op === 'start' && step.vms.vm !== guest.vm) continue;
      for (const assigned of guest.functions) yield [guest, assigned];
    }
  } else if (step?.op === 'unmask') {
    for (const { node, numbers } of step.subjects) {
      for (const number of numbers) {
        const fn = topology.byNode.get(node)?.[number];
        const assigned = fn === undefined ? undefined : assignedTo(topology, fn);
        if (assigned !== undefined) yield [assigned.guest, assigned];
      }
    }
  }
}

function findingOf(result: StepResult, guest: Guest, assigned: Assigned): Finding | undefined {
  const { state } = result;
  const { fn } = assigned;
  const idle = idleEntries(state, fn);
  const count = size(idle);
  if (count === 0) return undefined;
  const { name } = at(state.topology, fn);
  const allocated = size(allocatedVectors(functionState(state, fn)));
  return {
    rule: 'vfio-sparse-overallocation',
    at: placeOf(result, assigned),
    message: `${guest.name} uses ${numberOf(allocated - count)} of ${name}, and the host allocates ${allocated}: ${entriesText(idle)} ${count === 1 ? 'stands' : 'stand'} idle`,
    functions: [fn],
    facts: { fn: name, vm: guest.name, used: allocated - count, allocated },
  };
}

/** Allocated, and never unmasked, in the flow that has no choice. Entry 0 alone is how MSI-X is enabled. */
function idleEntries(state: MachineState, fn: FunctionIndex): Intervals {
  const own = passedThrough(state, fn);
  if (own?.flow !== 'grow' || own.mode !== 'msix' || own.used.length === 0) return [];
  return allocatedVectors(functionState(state, fn)).flatMap(({ first, last }) => gaps(own.used, first, last));
}

const numberOf = (entries: number): string => (entries === 1 ? '1 entry' : `${entries} entries`);
