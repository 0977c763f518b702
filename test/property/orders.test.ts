import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../server/src/model/model.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../server/src/pci/topology.ts';
import { newLog } from '../../server/src/timeline/log.ts';
import { type Got, gotOf, type OrderRange, overOrders, type Serve } from '../../server/src/timeline/orders.ts';
import { probe } from '../../server/src/timeline/probe.ts';
import { bootMachine } from '../../server/src/timeline/scenario.ts';
import type { MachineState } from '../../server/src/timeline/state.ts';

const card = fc.record({
  mode: fc.constantFrom('msi' as const, 'msix' as const),
  size: fc.constantFrom(1, 2, 4, 8),
  min: fc.integer({ min: 1, max: 4 }),
  more: fc.integer({ min: 0, max: 6 }),
  line: fc.boolean(),
});
const specs = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  bridge: fc.boolean(),
  events: fc.constantFrom(3, 4, 16),
  cards: fc.array(card, { minLength: 2, maxLength: 4 }),
});
type Spec = typeof specs extends fc.Arbitrary<infer A> ? A : never;

/** Cards that share a table, by a bridge or by a mask; nobody has a driver yet. */
function unbound({ os, bridge, events, cards }: Spec): { state: MachineState; cards: readonly FunctionIndex[] } {
  const blocks = cards.map(({ mode, size, min, more, line }, i) => {
    const place = bridge ? `0${i + 1}.0` : `01.${i}`;
    const request = `request ${mode} { vectors = ${Math.min(min, size)}..${Math.min(size, min + more)}${line && min === 1 ? '; fallback = intx' : ''} }`;
    return `endpoint c${i} at ${place} { driver = none; ${mode} = ${size}; ${request} }`;
  });
  const below = bridge ? `pcie-pci-bridge br at 01.0 { hotplug = none\n${blocks.join('\n')}\n}` : blocks.join('\n');
  const text = `machine m { os = ${os} }
interrupt-controller gic : gicv3 { its its0 { event-id-bits = ${events} } }
host-bridge pcie0 {
  msi-map-mask = 0xfff8
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }
  ${below}
}
`;
  const sources = { read: () => ({ text }), resolve: (_from: string, path: string) => ({ uri: path }) };
  const { machine } = buildModel(sources, 'file:///spec.irqtopo');
  const state = bootMachine(placeMachine(machine).topology).steps.at(-1)?.state;
  if (state === undefined) throw new Error('a run has its boot');
  const names = cards.map((_, i) => `c${i}`);
  // With a driver from now on, so that it can be probed in any order.
  const functions = state.topology.functions.map((fn) =>
    names.includes(fn.name) ? { ...fn, node: { ...fn.node, driver: 'auto' as const } } : fn,
  );
  const topology = { ...state.topology, functions };
  return {
    state: { ...state, topology },
    cards: functions.filter(({ name }) => names.includes(name)).map(({ index }) => index),
  };
}

const serve: Serve = (state, fn) => probe(state, fn, newLog());
const rank = (got: Got): number => (got === 'none' ? -1 : got === 'INTx' ? 0 : got);

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const [i, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(i, 1))) yield [item, ...rest];
  }
}

/** By trying every order. */
function tried(state: MachineState, cards: readonly FunctionIndex[]): ReadonlyMap<FunctionIndex, number[]> {
  const found = new Map<FunctionIndex, number[]>(cards.map((fn) => [fn, []]));
  for (const order of permutations(cards)) {
    let now = state;
    for (const fn of order) {
      now = serve(now, fn);
      found.get(fn)?.push(rank(gotOf(now, fn)));
    }
  }
  return found;
}

const spanOf = ({ least, most }: OrderRange) => [rank(least), rank(most)];

describe('what functions get over all orders', () => {
  it('is what trying every order finds', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { state, cards } = unbound(spec);
        const all = tried(state, cards);
        for (const range of overOrders(state, cards, serve)) {
          const values = all.get(range.fn) ?? [];
          expect(range.exact).toBe(true);
          expect(spanOf(range)).toEqual([Math.min(...values), Math.max(...values)]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('lies around what a few orders find, where there are too many', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { state, cards } = unbound(spec);
        const all = tried(state, cards);
        for (const range of overOrders(state, cards, serve, 0)) {
          const values = all.get(range.fn) ?? [];
          const [least = 0, most = 0] = spanOf(range);
          expect(range.exact).toBe(false);
          expect(values).toContain(least);
          expect(values).toContain(most);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('takes seven beginnings for six alike functions, not 720 orders', () => {
    const alike = { mode: 'msix', size: 4, min: 1, more: 3, line: false } as const;
    const { state, cards } = unbound({ os: 'linux-6.1', bridge: false, events: 4, cards: Array(6).fill(alike) });
    let served = 0;
    const ranges = overOrders(state, cards, (now, fn) => {
      served += 1;
      return serve(now, fn);
    });
    expect(served).toBe(6);
    expect(ranges).toHaveLength(6);
    expect(ranges[0]).toMatchObject({ least: 'none', most: 4, exact: true });
  });
});
