import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, type Intervals, size } from '../../server/src/base/intervals.ts';
import type { FunctionIndex } from '../../server/src/pci/topology.ts';
import { allocateVectors } from '../../server/src/timeline/allocate.ts';
import { freeVectors, unbindDriver } from '../../server/src/timeline/free.ts';
import { plug, unplug } from '../../server/src/timeline/hotplug.ts';
import { hwirqsOf } from '../../server/src/timeline/hwirqs.ts';
import { newLog } from '../../server/src/timeline/log.ts';
import { requestIrqs } from '../../server/src/timeline/request-irq.ts';
import { countVectors, functionState, type MachineState } from '../../server/src/timeline/state.ts';
import { endpoint, type Given, given, pciBridge, rootPort } from '../unit/timeline/given.ts';

const system = fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2');
const messages = fc.constantFrom(0, 1, 2, 4, 8, 16, 32);
const table = fc.integer({ min: 0, max: 70 });
const sizes = fc.record({ msi: messages, msix: table });

/** Two functions on root ports of their own, three below a bridge. */
const machines = fc
  .record({ os: system, cpus: fc.constantFrom(1, 3), cards: fc.array(sizes, { minLength: 5, maxLength: 5 }) })
  .map(({ os, cpus, cards }) => {
    const at = (i: number) => cards[i] ?? { msi: 0, msix: 0 };
    const card = (id: string, i: number, place: string, parent: string) =>
      endpoint(id, place, at(i).msi, at(i).msix, parent);
    return given(
      [
        rootPort('p1', '01.0'),
        rootPort('p2', '02.0'),
        pciBridge('b', '03.0'),
        card('c0', 0, '00.0', 'p1'),
        card('c1', 1, '00.0', 'p2'),
        card('c2', 2, '01.0', 'b'),
        card('c3', 3, '02.0', 'b'),
        card('c4', 4, '03.0', 'b'),
      ],
      { os, cpus },
    );
  });

const count = fc.integer({ min: 0, max: 70 });
const mode = fc.subarray(['msix', 'msi', 'intx'] as const, { minLength: 1 });
const card = fc.integer({ min: 0, max: 4 });
const action = fc.oneof(
  fc.record({ do: fc.constant('allocate' as const), card, mode, min: count, max: count }),
  fc.record({ do: fc.constantFrom('free', 'unbind', 'request'), card }),
);

function act(machine: Given, step: typeof action extends fc.Arbitrary<infer A> ? A : never): MachineState {
  const fn = machine.fn(`c${step.card}`);
  switch (step.do) {
    case 'allocate':
      return allocateVectors(machine.state, fn, { modes: step.mode, min: step.min, max: step.max }).state;
    case 'free':
      return freeVectors(machine.state, fn).state;
    case 'unbind':
      return unbindDriver(machine.state, fn).state;
    default:
      return requestIrqs(machine.state, fn, 0, 0).state;
  }
}

const everyFunction = (state: MachineState): FunctionIndex[] => state.topology.functions.map(({ index }) => index);

describe('whatever drivers do', () => {
  it('no LPI has two owners, and reserved and free ones are all there are', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 25 }), (machine, steps) => {
        for (const step of steps) {
          machine.state = act(machine, step);
          const [gic] = machine.state.controllers;
          if (gic?.type !== 'gicv3') throw new Error('no GIC');
          let owned: Intervals = gic.lpis;
          let total = size(gic.lpis);
          for (const device of gic.devices[0]?.values() ?? []) {
            owned = add(owned, device.lpiBase, device.lpiBase + device.lpiCount - 1);
            total += device.lpiCount;
          }
          expect(size(owned)).toBe(total);
          expect(total).toBe(57_344);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('no event has two owners, and every vector is an event in use', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 25 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const { state } = machine;
        let hwirqs: Intervals = [];
        let vectors = 0;
        for (const fn of everyFunction(state)) {
          const own = functionState(state, fn);
          vectors += countVectors(own.vectors);
          for (const { first, last } of hwirqsOf(state, own)) hwirqs = add(hwirqs, first, last);
        }
        expect(size(hwirqs)).toBe(vectors);
        expect(state.irqNumbersUsed).toBe(vectors);
      }),
      { numRuns: 60 },
    );
  });

  it('CPUs count the LPIs that are mapped to them', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 25 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const [gic] = machine.state.controllers;
        if (gic?.type !== 'gicv3' || gic.load === undefined) return;
        let mapped = 0;
        for (const device of gic.devices[0]?.values() ?? []) mapped += size(device.mapped);
        const counted = [...gic.load.managed, ...gic.load.unmanaged].reduce((sum, n) => sum + n, 0);
        expect(counted).toBe(mapped);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a failed allocation', () => {
  it('leaves vectors, handlers and other functions as they were', () => {
    fc.assert(
      fc.property(
        machines,
        mode,
        count,
        count,
        fc.array(action, { maxLength: 10 }),
        (machine, modes, min, max, steps) => {
          for (const step of steps) machine.state = act(machine, step);
          const before = machine.state;
          const fn = machine.fn('c2');
          const tried = allocateVectors(before, fn, { modes, min, max });
          if (tried.errno === undefined) return;
          expect(tried.granted).toBe(0);
          expect(tried.state.irqNumbersUsed).toBe(before.irqNumbersUsed);
          for (const other of everyFunction(before)) {
            expect(functionState(tried.state, other).vectors).toEqual(functionState(before, other).vectors);
            expect(functionState(tried.state, other).handlers).toEqual(functionState(before, other).handlers);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('freeing', () => {
  it('gives back what was taken, but for tables that are shared and the rest of MSI blocks', () => {
    fc.assert(
      fc.property(machines, table, (machine, max) => {
        const fn = machine.fn('c0');
        const before = machine.state;
        const taken = allocateVectors(before, fn, { modes: ['msix'], min: 1, max: Math.max(1, max) });
        const after = unbindDriver(taken.state, fn).state;
        expect(after.controllers.map((gic) => gic.type === 'gicv3' && gic.lpis)).toEqual(
          before.controllers.map((gic) => gic.type === 'gicv3' && gic.lpis),
        );
        expect(after.irqNumbersUsed).toBe(before.irqNumbersUsed);
      }),
      { numRuns: 60 },
    );
  });
});

describe('plug and unplug', () => {
  it('of a function with a DeviceID of its own change no free count', () => {
    fc.assert(
      fc.property(system, sizes, fc.boolean(), (os, { msi, msix }, shared) => {
        const parent = shared ? 'b' : 'p';
        const machine = given([rootPort('p', '01.0'), pciBridge('b', '02.0')], {
          os,
          later: [endpoint('card', shared ? '01.0' : '00.0', msi, msix, parent)],
        });
        const fn = machine.fn('card');
        const before = machine.state;
        const plugged = plug(before, fn, newLog());
        const took = allocateVectors(plugged, fn, { modes: ['msix'], min: 1, max: 64 });
        const after = unplug(took.state, fn, newLog());
        const free = (state: MachineState) => state.controllers.map((gic) => gic.type === 'gicv3' && size(gic.lpis));
        if (!shared || took.granted === 0) expect(free(after)).toEqual(free(before));
        else expect(free(after)).not.toEqual(free(before));
        expect([...after.enumeration.buses.entries()]).toEqual([...before.enumeration.buses.entries()]);
      }),
      { numRuns: 40 },
    );
  });
});
