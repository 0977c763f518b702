import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaps, has, noIntervals, remove, size } from '../../server/src/base/intervals.ts';
import { changeMsi, type PciTarget } from '../../server/src/controllers/spapr/change-msi.ts';
import type { SpaprState } from '../../server/src/controllers/spapr/index.ts';
import { disagreements, migrationList, received } from '../../server/src/controllers/spapr/migration.ts';
import { quota, type Requests } from '../../server/src/controllers/spapr/quota.ts';
import { claimedSources } from '../../server/src/controllers/spapr/source-space.ts';
import { slotKey } from '../../server/src/controllers/spapr/state.ts';
import { functionState } from '../../server/src/timeline/state.ts';
import { allocate, card, firmwareOf, free, type Pseries, pseries, rebind } from '../unit/controllers/spapr/given.ts';

const machines = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  type: fc.constantFrom('pseries-2.7', 'pseries-3.0', 'pseries-3.1', 'pseries-7.2'),
});
const cards = [
  card('01.0', 0, 64),
  card('02.0', 16, 16),
  card('03.0', 0, 2048),
  card('04.0', 1, 5),
  card('01.0', 0, 2048, 1),
  card('02.0', 32, 0, 1),
];
const names = cards.map(({ bdf }) => bdf);

/** One thing that happens to a function. */
const events = fc.record({
  name: fc.constantFrom(...names),
  does: fc.constantFrom('allocate', 'allocate', 'allocate', 'free', 'rebind'),
  mode: fc.constantFrom<readonly ('msix' | 'msi' | 'intx')[]>(['msix'], ['msi'], ['msix', 'msi', 'intx']),
  min: fc.integer({ min: 1, max: 70 }),
  more: fc.oneof(fc.constant(0), fc.nat(2000)),
});
type Event = typeof events extends fc.Arbitrary<infer T> ? T : never;

function happen(machine: Pseries, { name, does, mode, min, more }: Event): ReturnType<typeof allocate> | undefined {
  if (does === 'free') free(machine, name);
  if (does === 'rebind') rebind(machine, name);
  return does === 'allocate' ? allocate(machine, name, { modes: mode, min, max: min + more }) : undefined;
}

/** Blocks and free sources, as plain values. */
const holdings = ({ space, blocks }: SpaprState) => ({ space, blocks: [...blocks.entries()] });

/** No source has two owners, and taken, free and those of power on are all there are. */
function expectSound(state: SpaprState): void {
  const { space, blocks } = state;
  let unowned = gaps(noIntervals, space.firstMsi, space.lastSource);
  const owned = [...space.lsis, ...space.others, ...space.free].filter(({ first }) => first >= space.firstMsi);
  for (const { first, count } of blocks.values()) owned.push({ first, last: first + count - 1 });
  for (const { first, last } of owned) {
    expect(size(unowned) - size(remove(unowned, first, last))).toBe(last - first + 1);
    unowned = remove(unowned, first, last);
  }
  expect(unowned).toEqual([]);
  const claimed = claimedSources(space).reduce((sum, { run }) => sum + run.last - run.first + 1, 0);
  const taken = [...blocks.values()].reduce((sum, { count }) => sum + count, 0);
  const boot = size(space.lsis) + size(space.others);
  expect(claimed).toBe(taken + boot);
}

describe('a pseries machine', () => {
  it('never gives a source to two functions, and all counts add up', () => {
    fc.assert(
      fc.property(machines, fc.array(events, { maxLength: 25 }), (options, happened) => {
        const machine = pseries(cards, { ...options, hostBridges: 2 });
        for (const event of happened) {
          happen(machine, event);
          expectSound(firmwareOf(machine));
          const hwirqs = names.flatMap((name) =>
            functionState(machine.state, machine.fn(name)).vectors.flatMap(({ hwirq, count }) =>
              Array.from({ length: count }, (_, i) => hwirq + i),
            ),
          );
          expect(new Set(hwirqs).size).toBe(hwirqs.length);
          for (const hwirq of hwirqs) expect(has(firmwareOf(machine).space.free, hwirq)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is as at power on when everything was given back', () => {
    fc.assert(
      fc.property(machines, fc.array(events, { maxLength: 25 }), (options, happened) => {
        const machine = pseries(cards, { ...options, hostBridges: 2 });
        const before = firmwareOf(machine);
        for (const event of happened) happen(machine, event);
        if (machine.state.aborted !== undefined) return;
        for (const name of names) rebind(machine, name);
        expect(holdings(firmwareOf(machine))).toEqual(holdings(before));
        expect(firmwareOf(machine).granted.size).toBe(0);
        expect(machine.state.irqNumbersUsed).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is not changed by an allocation that fails on a function without a block', () => {
    fc.assert(
      fc.property(machines, fc.array(events, { maxLength: 25 }), (options, happened) => {
        const machine = pseries(cards, { ...options, hostBridges: 2 });
        for (const event of happened) {
          const before = firmwareOf(machine);
          const { bdf, phb } = cards.find(({ bdf }) => bdf === event.name) ?? card('00.0', 0, 0);
          const requesterId = Number.parseInt(bdf.slice(-4, -2), 16) << 3;
          const had = before.blocks.has(slotKey({ segment: phb, requesterId }));
          const allocation = happen(machine, event);
          // 7.2 keeps what it prepared for the domain, whatever became of the call.
          const keeps = options.os === 'linux-7.2' && allocation?.errno !== 'abort';
          if (allocation?.errno === undefined || had || keeps) continue;
          expect(holdings(firmwareOf(machine))).toEqual(holdings(before));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with itself, and with the end of a migration', () => {
    fc.assert(
      fc.property(machines, fc.array(events, { maxLength: 25 }), (options, happened) => {
        const machine = pseries(cards, { ...options, hostBridges: 2 });
        const fresh = firmwareOf(machine);
        for (const event of happened) happen(machine, event);
        const source = firmwareOf(machine);
        expect(disagreements(source, source)).toEqual([]);
        const target = received(source, fresh);
        expect(target && migrationList(target)).toEqual(migrationList(source));
        expect(target && disagreements(source, target)).toEqual([]);
        const differing = disagreements(source, fresh).length;
        expect(differing).toBe(source.blocks.size);
      }),
      { numRuns: 40 },
    );
  });
});

describe('ibm,change-msi', () => {
  const targets: PciTarget[] = [
    { segment: 0, requesterId: 8, messagesEnabled: 16, msixEntries: 64 },
    { segment: 0, requesterId: 16, messagesEnabled: 0, msixEntries: 2048 },
    { segment: 1, requesterId: 8, messagesEnabled: 32, msixEntries: 0 },
  ];
  const calls = fc.record({
    target: fc.constantFrom(...targets),
    called: fc.integer({ min: 0, max: 7 }),
    asked: fc.oneof(fc.nat(20), fc.nat(2100)),
  });
  const types = fc.constantFrom('pseries-2.0', 'pseries-3.0', 'pseries-7.2');

  it('changes nothing unless it grants or releases, and grants just what was asked', () => {
    fc.assert(
      fc.property(types, fc.array(calls, { maxLength: 30 }), (type, made) => {
        let state = firmwareOf(pseries([], { type, hostBridges: 2 }));
        for (const { target, called, asked } of made) {
          const before = state;
          const { state: after, answer } = changeMsi(state, target, called, asked);
          state = after;
          if (answer.is === 'aborted') break;
          if (answer.is === 'granted') {
            expect(answer.block.count).toBe(asked);
            expect(state.blocks.get(slotKey(target))).toEqual(answer.block);
          } else if (answer.is !== 'released' && type !== 'pseries-2.0') {
            expect(state).toBe(before);
          }
          if (type !== 'pseries-2.0') expectSound(state);
        }
      }),
    );
  });
});

describe('quotas', () => {
  const requests = fc.array(fc.nat(2048), { maxLength: 40 });

  it('are at least an equal share and at most what is wanted, and those over it never get more than the total', () => {
    fc.assert(
      fc.property(fc.constantFrom(1024, 3328), requests, fc.integer({ min: 1, max: 2048 }), (total, others, wanted) => {
        const functionsByRequest = new Map<number, number>();
        const all = [...others, wanted];
        for (const request of all) functionsByRequest.set(request, (functionsByRequest.get(request) ?? 0) + 1);
        const counted: Requests = { devices: all.length, functionsByRequest };
        const granted = quota(total, counted, wanted, wanted);
        expect(granted).toBeGreaterThanOrEqual(Math.min(wanted, Math.floor(total / all.length)));
        expect(granted).toBeLessThanOrEqual(wanted);
        const sum = all.reduce((taken, request) => taken + quota(total, counted, request, request), 0);
        expect(sum).toBeLessThanOrEqual(total);
      }),
    );
  });
});
