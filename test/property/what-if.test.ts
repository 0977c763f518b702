import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { size } from '../../server/src/base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../server/src/base/powers.ts';
import type { WhatIf } from '../../server/src/model/machine.ts';
import { allocateVectors } from '../../server/src/timeline/allocate.ts';
import { freeVectors, unbindDriver } from '../../server/src/timeline/free.ts';
import { functionState, type MachineState } from '../../server/src/timeline/state.ts';
import { endpoint, type Given, given, pciBridge, rootPort } from '../unit/timeline/given.ts';

const CARDS = ['c0', 'c1', 'c2', 'c3', 'c4'] as const;
const model = fc.constantFrom<WhatIf>('bulk', 'four-phase');
const system = fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2');
const sizes = fc.record({ msi: fc.constantFrom(0, 1, 2, 4, 8, 16, 32), msix: fc.integer({ min: 0, max: 40 }) });

/** Two functions on root ports of their own, three below a bridge, in a machine whose events live as a model has it. */
const machines = fc
  .record({ os: system, model, cards: fc.array(sizes, { minLength: CARDS.length, maxLength: CARDS.length }) })
  .map(({ os, model: whatIf, cards }) => {
    const card = (i: number, place: string, parent: string) =>
      endpoint(`c${i}`, place, cards[i]?.msi ?? 0, cards[i]?.msix ?? 0, parent);
    return given(
      [
        rootPort('p1', '01.0'),
        rootPort('p2', '02.0'),
        pciBridge('b', '03.0'),
        card(0, '00.0', 'p1'),
        card(1, '00.0', 'p2'),
        card(2, '01.0', 'b'),
        card(3, '02.0', 'b'),
        card(4, '03.0', 'b'),
      ],
      { os, adjust: (machine) => ({ ...machine, kernelOptions: { ...machine.kernelOptions, whatIf } }) },
    );
  });

const action = fc.oneof(
  fc.record({
    do: fc.constant('allocate' as const),
    card: fc.constantFrom(...CARDS),
    mode: fc.constantFrom('msi' as const, 'msix' as const),
    max: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ do: fc.constantFrom('free' as const, 'unbind' as const), card: fc.constantFrom(...CARDS) }),
);

function act(machine: Given, step: typeof action extends fc.Arbitrary<infer A> ? A : never): MachineState {
  const fn = machine.fn(step.card);
  if (!('mode' in step)) return (step.do === 'free' ? freeVectors : unbindDriver)(machine.state, fn).state;
  return allocateVectors(machine.state, fn, { modes: [step.mode], min: 1, max: step.max }).state;
}

function gicOf({ controllers }: MachineState) {
  const [gic] = controllers;
  if (gic?.type !== 'gicv3') throw new Error('no GIC');
  return gic;
}

const unbindAll = (machine: Given): MachineState =>
  CARDS.reduce((state, card) => unbindDriver(state, machine.fn(card)).state, machine.state);

describe('in every other model of the life of events', () => {
  it('whatever drivers do, freeing everything gives all events back, and all tables that are not shared', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 25 }), (machine, steps) => {
        const booted = gicOf(machine.state);
        const before = new Set([...(booted.devices[0]?.values() ?? [])].map(({ deviceId }) => deviceId));
        for (const step of steps) machine.state = act(machine, step);
        const after = gicOf(unbindAll(machine));
        let shared = 0;
        for (const device of after.devices[0]?.values() ?? []) {
          if (before.has(device.deviceId)) continue;
          expect(device.shared).toBe(true);
          expect(device.used).toEqual([]);
          shared += device.lpiCount;
        }
        expect(size(after.lpis) + shared).toBe(size(booted.lpis));
        // A port's own block is the only region that may be left.
        for (const regions of after.whatIf?.regions ?? []) {
          for (const own of regions.values()) {
            for (const { fn } of own) expect(CARDS.map((card) => machine.fn(card))).not.toContain(fn);
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  it('no event has two owners, and with four phases no region is entered by another', () => {
    fc.assert(
      fc.property(machines, fc.array(action, { maxLength: 25 }), (machine, steps) => {
        for (const step of steps) machine.state = act(machine, step);
        const gic = gicOf(machine.state);
        const owners = new Map<string, string>();
        for (const card of CARDS) {
          const { requester, vectors, mode } = functionState(machine.state, machine.fn(card));
          const last = vectors.at(-1);
          if (requester === undefined || vectors[0] === undefined || last === undefined) continue;
          const total = vectors.reduce((sum, { count }) => sum + count, 0);
          const claim = (event: number) => {
            const key = `${requester.deviceId} ${event}`;
            expect(owners.get(key)).toBeUndefined();
            owners.set(key, card);
          };
          // The gap behind a block of messages belongs to it, too.
          const reach = mode === 'msi' ? roundUpToPowerOfTwo(total) : 0;
          if (reach > 0) for (let i = 0; i < reach; i++) claim(vectors[0].data + i);
          else for (const { data, count } of vectors) for (let i = 0; i < count; i++) claim(data + i);
        }
        expect(gic.type).toBe('gicv3');
      }),
      { numRuns: 80 },
    );
  });

  it('a function whose DeviceID is its own gets the same numbers each time, whatever it asks for', () => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 32 }), (machine, max) => {
        const fn = machine.fn('c0');
        const ask = (state: MachineState) => allocateVectors(state, fn, { modes: ['msi'], min: 1, max });
        const first = ask(machine.state);
        if (first.errno !== undefined) return;
        let { state } = first;
        for (let insertion = 2; insertion < 8; insertion++) {
          const again = ask(unbindDriver(state, fn).state);
          expect(again.vectors).toEqual(first.vectors);
          state = again.state;
        }
      }),
      { numRuns: 40 },
    );
  });
});
