/**
 * CPUs that go offline and come back (lapic_can_unplug_cpu, arch/x86/kernel/apic/vector.c; irq_migrate_all_off_this_cpu and
 * irq_affinity_online_cpu, kernel/irq/cpuhotplug.c; 6.1, 6.12, 7.2).
 */
import { done, type Outcome, refuse } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { moveTo, programmable, releaseVectors, startInterrupt } from './assign.ts';
import { availableVectors, freeVector, type Matrix, onlineOf, setOnline } from './matrix.ts';
import type { Interrupt, X86State } from './state.ts';

/** The boot CPU stays. */
const bootCpu = 0;

/**
 * Moves a CPU's interrupts to the others, IO-APIC pins first, then by interrupt number, each to where a new one would go; managed
 * ones with no other CPU lose their vector. ENOSPC when the others have not so many vectors: then nothing changes. EINVAL: there
 * is no such CPU online; EPERM: it is the boot CPU.
 */
export function takeOffline(state: X86State, cpu: number): Outcome<X86State, undefined> {
  const own = state.matrix.cpus[cpu];
  if (own === undefined || !own.online) return refuse(state, 'EINVAL', `CPU ${cpu} is not online`);
  if (cpu === bootCpu) return refuse(state, 'EPERM', `CPU ${cpu} cannot go offline`);
  const allocated = own.allocated - own.managedAllocated;
  const available = availableVectors(state.matrix) - own.available;
  if (available < allocated) {
    const warning = { code: 'cannot-disable-cpu', cpu, allocated, availableElsewhere: available } as const;
    const reason = `CPU ${cpu} has ${allocated} vectors, ${available} available`;
    return refuse(state, 'ENOSPC', reason, [{ does: 'warn', warning }]);
  }
  const { reserved } = state.matrix;
  const effects: Effect[] =
    available < reserved
      ? [{ does: 'warn', warning: { code: 'reserved-exceeds-available', reserved, available } }]
      : [];
  let matrix = setOnline(state.matrix, cpu, false);
  const migrate = (interrupt: Interrupt): Interrupt => {
    const left = leave(matrix, state, interrupt, cpu);
    matrix = left.matrix;
    return left.interrupt;
  };
  const bootInterrupts = state.bootInterrupts.map(migrate);
  let { pins, interrupts } = state;
  for (const [number, pin] of [...state.pins.entries()].sort(byNumber)) {
    pins = pins.set(number, { ...pin, interrupt: migrate(pin.interrupt) });
  }
  for (const [irq, interrupt] of [...state.interrupts.entries()].sort(byNumber)) {
    const after = migrate(interrupt);
    if (after === interrupt) continue;
    interrupts = interrupts.set(irq, after);
    if (after.target !== interrupt.target) {
      effects.push({ does: 'vector-moved', irq, from: interrupt.target, to: after.target });
    }
  }
  return done({ ...state, matrix, bootInterrupts, pins, interrupts }, undefined, effects);
}

/**
 * Brings a CPU back. Managed interrupts that were shut down for want of it start again, by interrupt number; others stay where
 * they went. EINVAL: there is no such CPU offline.
 */
export function bringOnline(state: X86State, cpu: number): Outcome<X86State, undefined> {
  const own = state.matrix.cpus[cpu];
  if (own === undefined || own.online) return refuse(state, 'EINVAL', `CPU ${cpu} is not offline`);
  let matrix = setOnline(state.matrix, cpu, true);
  let { interrupts } = state;
  const effects: Effect[] = [];
  for (const [irq, interrupt] of [...state.interrupts.entries()].sort(byNumber)) {
    const { managed, requested, target, mask } = interrupt;
    if (!managed || !requested || target !== undefined || mask?.includes(cpu) !== true) continue;
    const started = startInterrupt(matrix, state, interrupt, undefined);
    if (started === undefined) continue;
    matrix = started.matrix;
    interrupts = interrupts.set(irq, started.interrupt);
    effects.push({ does: 'vector-moved', irq, from: undefined, to: started.interrupt.target });
  }
  return done({ ...state, matrix, interrupts }, undefined, effects);
}

/** migrate_one_irq: what becomes of an interrupt when a CPU, offline already, is left. */
function leave(
  before: Matrix,
  state: X86State,
  interrupt: Interrupt,
  cpu: number,
): { matrix: Matrix; interrupt: Interrupt } {
  const { previous, mask, managed } = interrupt;
  let matrix = before;
  let own = interrupt;
  if (previous !== undefined && (previous.cpu === cpu || own.target?.cpu === cpu)) {
    matrix = freeVector(matrix, previous, managed);
    own = { ...own, previous: undefined };
  }
  if (own.target?.cpu !== cpu) return { matrix, interrupt: own };
  const isLost = onlineOf(matrix, mask).length === 0;
  if (isLost && managed) {
    return { matrix: releaseVectors(matrix, own), interrupt: { ...own, target: undefined, previous: undefined } };
  }
  const wanted = isLost ? matrix.online : mask;
  const moved = moveTo(matrix, own, programmable(matrix, state, wanted, managed), true);
  if (moved !== undefined) return { matrix: moved.matrix, interrupt: { ...moved.interrupt, mask: wanted } };
  const anywhere = managed ? undefined : moveTo(matrix, own, matrix.online, true);
  if (anywhere === undefined) return { matrix, interrupt: own };
  return { matrix: anywhere.matrix, interrupt: { ...anywhere.interrupt, mask: matrix.online } };
}

function byNumber([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number {
  return a - b;
}
