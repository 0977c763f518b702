import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, gaps, has, type Intervals, noIntervals, size } from '../../server/src/base/intervals.ts';
import { availableVectors } from '../../server/src/controllers/x86-apic/matrix.ts';
import type { Interrupt, X86State } from '../../server/src/controllers/x86-apic/state.ts';
import { allocateVectors } from '../../server/src/timeline/allocate.ts';
import { bringCpuOnline, setDefaultAffinity, takeCpuOffline } from '../../server/src/timeline/cpus.ts';
import { freeVectors } from '../../server/src/timeline/free.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../server/src/timeline/request-irq.ts';
import { countVectors, functionState, type MachineState } from '../../server/src/timeline/state.ts';
import { apic, card, type X86Machine, x86Given } from '../unit/controllers/x86-given.ts';

const system = fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2');
const remapping = fc.constantFrom('none', 'intel', 'amd');
const names = ['00:03.0', '00:04.0', '00:05.0', '00:06.0'];

/** Room is scarce: most vectors of each CPU are in use from the start. */
const machines = fc
  .record({
    os: system,
    remapping,
    cpus: fc.constantFrom(1, 2, 3),
    maskable: fc.boolean(),
    room: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ os, remapping: kind, cpus, maskable, room }) =>
    x86Given(
      names.map((bdf, i) => card(bdf, i % 2 === 0 ? 32 : 4, 40, { msiMaskable: maskable })),
      {
        os,
        remapping: kind,
        cpus,
        used: Array.from({ length: cpus }, () => `33-49,51-127,129-${234 - room}`),
        reserved: 8,
      },
    ),
  );

const name = fc.constantFrom(...names);
const count = fc.integer({ min: 1, max: 40 });
const cpu = fc.integer({ min: 0, max: 3 });
const mode = fc.subarray(['msix', 'msi'] as const, { minLength: 1 });
const affinity = fc.option(fc.record({ pre: fc.nat(2), post: fc.nat(1), sets: fc.constant(1) }), { nil: undefined });
const action = fc.oneof(
  fc.record({ do: fc.constant('allocate' as const), name, mode, min: count, max: count, affinity }),
  fc.record({ do: fc.constantFrom('request' as const, 'release' as const), name, from: fc.nat(8), more: fc.nat(20) }),
  fc.record({ do: fc.constant('free' as const), name }),
  fc.record({ do: fc.constantFrom('offline' as const, 'online' as const, 'default' as const), cpu }),
  fc.record({ do: fc.constant('move' as const), name, index: fc.nat(5), cpu }),
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

function act(machine: X86Machine, step: Action): MachineState {
  const { state } = machine;
  switch (step.do) {
    case 'allocate': {
      const spread = step.affinity === undefined ? {} : { affinity: step.affinity };
      const { min, max } = step;
      return allocateVectors(state, machine.fn(step.name), {
        modes: step.mode,
        min: Math.min(min, max),
        max,
        ...spread,
      }).state;
    }
    case 'request':
    case 'release': {
      const fn = machine.fn(step.name);
      const last = Math.min(step.from + step.more, countVectors(functionState(state, fn).vectors) - 1);
      if (last < step.from) return state;
      return step.do === 'request'
        ? requestIrqs(state, fn, step.from, last).state
        : releaseIrqs(state, fn, step.from, last).state;
    }
    case 'free':
      return freeVectors(state, machine.fn(step.name)).state;
    case 'offline':
      return takeCpuOffline(state, step.cpu).state;
    case 'online':
      return bringCpuOnline(state, step.cpu).state;
    case 'default':
      return setDefaultAffinity(state, [step.cpu % apic(machine).matrix.cpus.length]).state;
    case 'move':
      return setAffinity(state, machine.fn(step.name), step.index, [step.cpu]).state;
  }
}

function everyInterrupt(state: X86State): Interrupt[] {
  return [
    ...state.bootInterrupts,
    ...[...state.pins.values()].map((pin) => pin.interrupt),
    ...state.interrupts.values(),
  ];
}

function freeAll(machine: X86Machine): void {
  for (const bdf of names) machine.state = freeVectors(machine.state, machine.fn(bdf)).state;
}

describe('whatever drivers and administrators do', () => {
  it('no vector has two owners, and the matrix holds just those that have one', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 30 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const own = apic(machine);
        const owned: Intervals[] = own.matrix.cpus.map(() => noIntervals);
        for (const { target, previous } of everyInterrupt(own)) {
          for (const held of [target, previous]) {
            if (held === undefined) continue;
            expect(has(owned[held.cpu] ?? noIntervals, held.vector)).toBe(false);
            owned[held.cpu] = add(owned[held.cpu] ?? noIntervals, held.vector, held.vector);
          }
        }
        expect(own.matrix.cpus.map(({ used }) => used)).toEqual(owned);
      }),
      { numRuns: 80 },
    );
  });

  it('counts add up', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 30 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const { matrix, interrupts } = apic(machine);
        const { first, last, system: kept } = matrix.space;
        for (const one of matrix.cpus) {
          expect(one.allocated).toBe(size(one.used));
          const inside = one.managed.flatMap((run) => gaps(one.used, run.first, run.last));
          expect(one.managedAllocated).toBe(size(one.managed) - size(inside));
          let taken = kept;
          for (const run of [...one.used, ...one.managed]) taken = add(taken, run.first, run.last);
          expect(one.taken).toEqual(taken);
          const left = last - first + 1 - size(taken);
          // Vectors set aside while a CPU is offline are never counted; see the unit test.
          const wentOffline = steps.some((step) => step.do === 'offline');
          if (!wentOffline) expect(one.available).toBe(left);
          else expect(one.available).toBeGreaterThanOrEqual(left - size(one.managed));
        }
        let promised = 8;
        for (const bdf of names) {
          for (const run of functionState(machine.state, machine.fn(bdf)).vectors) {
            if (run.managed) continue;
            for (let i = 0; i < run.count; i++) {
              if (interrupts.get(run.hwirq + i)?.target === undefined) promised++;
            }
          }
        }
        expect(matrix.reserved).toBe(promised);
        expect(availableVectors(matrix)).toBe(
          matrix.cpus.reduce((sum, one) => sum + (one.online ? one.available : 0), 0),
        );
      }),
      { numRuns: 80 },
    );
  });

  it('no entry of a remapping table and no interrupt number has two owners', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 30 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const { remapping: tables, irqNumbers } = apic(machine);
        const entries = new Set<string>();
        let vectors = 0;
        let numbers = noIntervals;
        for (const bdf of names) {
          const { vectors: runs, requester } = functionState(machine.state, machine.fn(bdf));
          vectors += countVectors(runs);
          for (const run of runs) {
            numbers = add(numbers, run.hwirq, run.hwirq + run.count - 1);
            const key = tables?.kind === 'amd' ? requester?.aliasedRequesterId : 0;
            for (let i = 0; i < run.count; i++) {
              entries.add(`${key} ${run.data + i}`);
              if (tables !== undefined)
                expect(has(tables.tables.get(key ?? 0)?.free ?? noIntervals, run.data + i)).toBe(false);
            }
          }
        }
        expect(size(numbers)).toBe(vectors);
        for (const run of numbers) expect(gaps(irqNumbers, run.first, run.last)).toEqual([run]);
        if (tables !== undefined) expect(entries.size).toBe(vectors);
      }),
      { numRuns: 80 },
    );
  });
});

describe('freeing everything', () => {
  it('gives the first state back, as long as no CPU went offline', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 30 }), (machine, steps) => {
        const before = apic(machine);
        for (const step of steps)
          if (step.do !== 'offline' && step.do !== 'default') machine.state = act(machine, step);
        freeAll(machine);
        const after = apic(machine);
        expect(after.matrix).toEqual(before.matrix);
        expect(after.irqNumbers).toEqual(before.irqNumbers);
        expect([...after.interrupts.entries()]).toEqual([]);
        expect([...(after.remapping?.tables.entries() ?? [])]).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('leaves no vector in use and none set aside, whichever CPUs came and went', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 30 }), (machine, steps) => {
        const before = apic(machine).matrix;
        for (const step of steps) machine.state = act(machine, step);
        freeAll(machine);
        const { matrix } = apic(machine);
        const allocated = (cpus: typeof matrix.cpus) => cpus.reduce((sum, one) => sum + one.allocated, 0);
        expect(allocated(matrix.cpus)).toBe(allocated(before.cpus));
        expect(matrix.cpus.every(({ managed }) => managed.length === 0)).toBe(true);
        expect(matrix.reserved).toBe(before.reserved);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a failed call', () => {
  it('to allocate changes nothing', () => {
    fc.assert(
      fc.property(
        machines,
        mode,
        count,
        count,
        affinity,
        fc.array(action, { maxLength: 12 }),
        (machine, modes, min, max, spread, steps) => {
          for (const step of steps) machine.state = act(machine, step);
          const before = apic(machine);
          const request = { modes, min, max, ...(spread === undefined ? {} : { affinity: spread }) };
          const tried = allocateVectors(machine.state, machine.fn('00:03.0'), request);
          if (tried.errno === undefined) return;
          const after = apic(tried);
          expect(after.matrix).toEqual(before.matrix);
          expect(after.irqNumbers).toEqual(before.irqNumbers);
          expect([...after.interrupts.entries()]).toEqual([...before.interrupts.entries()]);
          expect([...(after.remapping?.tables.keys() ?? [])]).toEqual([...(before.remapping?.tables.keys() ?? [])]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('to request, to move or to take a CPU offline changes nothing', () => {
    fc.assert(
      fc.property(machines, name, cpu, fc.array(action, { maxLength: 12 }), (machine, bdf, number, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const before = apic(machine);
        const fn = machine.fn(bdf);
        const tries = [
          requestIrqs(machine.state, fn, 3, 3),
          setAffinity(machine.state, fn, 1, [number]),
          takeCpuOffline(machine.state, number),
        ];
        for (const { errno, state } of tries) {
          if (errno !== undefined) expect(apic({ state })).toEqual(before);
        }
      }),
      { numRuns: 80 },
    );
  });
});
