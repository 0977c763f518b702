import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PciNode } from '../../server/src/model/machine.ts';
import { bootOrder, enumerationOrder, removalOrder } from '../../server/src/pci/boot-order.ts';
import { addSubtree, enumerateAtBoot, removeSubtree, requesterIdOf } from '../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import { requesterOf } from '../../server/src/pci/requester.ts';
import { comesWith } from '../../server/src/pci/subtree.ts';
import { NOWHERE } from '../../server/src/pci/topology.ts';
import { endpoint, hostBridge, MiB, machineOf, pciBridge, pciePciBridge, rootPort, vf } from '../unit/pci/build.ts';

const common = fc.record({
  count: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  hotplug: fc.boolean(),
  at: fc.option(fc.record({ device: fc.integer({ min: 0, max: 31 }), function: fc.constantFrom(0, 0, 0, 1, 7) }), {
    nil: undefined,
  }),
  spread: fc.constantFrom('slots' as const, 'functions' as const),
});

const { nodes } = fc.letrec<{ nodes: PciNode[]; node: PciNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    common.map((options) => endpoint('e', { ...options, msix: 4 })),
    common.map((options) => {
      const sriov = { totalVfs: 4, offset: 0x7e, stride: 0x41, vfs: [vf('v', { count: 4 })] };
      return endpoint('pf', { ...options, sriov });
    }),
    fc
      .tuple(common, tie('nodes'), fc.nat(3))
      .map(([options, below, busesReserved]) => rootPort('rp', { ...options, bridge: { busesReserved } }, below)),
    fc.tuple(common, tie('nodes')).map(([options, below]) => pciePciBridge('br', options, below)),
    fc.tuple(common, tie('nodes')).map(([options, below]) => pciBridge('cb', options, below)),
  ),
  nodes: fc.array(tie('node'), { maxLength: 4 }),
}));

const placed = fc.tuple(nodes, fc.constantFrom(2, 8, 256)).map(([children, buses]) => {
  const { topology } = placeMachine(machineOf([hostBridge(children, { ecamBytes: buses * MiB })]));
  return topology;
});

describe('PCI', () => {
  it('finds each function present once, under a requester ID of its own', () => {
    fc.assert(
      fc.property(placed, (topology) => {
        const enumeration = enumerateAtBoot(topology, (fn) => topology.functions[fn]?.presentAtBoot === true);
        const order = enumerationOrder(topology, enumeration);
        expect(new Set(order).size).toBe(order.length);
        expect(order.length).toBe(enumeration.buses.size);
        const physical = order.filter((fn) => topology.functions[fn]?.vf === undefined);
        const ids = physical.map((fn) => requesterIdOf(topology, enumeration, fn));
        expect(new Set(ids).size).toBe(ids.length);
        for (const fn of order) {
          expect(topology.functions[fn]).toMatchObject({ presentAtBoot: true });
          expect(topology.functions[fn]?.rootBus).not.toBe(NOWHERE);
          expect(requesterOf(topology, enumeration, fn)?.chain.length).toBeGreaterThan(0);
        }
        const { ports, endpoints } = bootOrder(topology, enumeration);
        expect(new Set([...ports, ...endpoints]).size).toBe(ports.length + endpoints.length);
      }),
      { numRuns: 150 },
    );
  });

  it('nests bus ranges: what is below a bridge is within its range, siblings do not overlap', () => {
    fc.assert(
      fc.property(placed, (topology) => {
        const enumeration = enumerateAtBoot(topology, (fn) => topology.functions[fn]?.presentAtBoot === true);
        const numbers = new Set<number>();
        for (const [index, range] of enumeration.ranges) {
          expect(range.subordinate).toBeGreaterThanOrEqual(range.secondary);
          expect(numbers.has(range.secondary)).toBe(false);
          numbers.add(range.secondary);
          const parent = topology.functions[index]?.parent;
          const around = parent === undefined ? undefined : enumeration.ranges.get(parent);
          if (around === undefined) continue;
          expect(range.secondary).toBeGreaterThan(around.secondary);
          expect(range.subordinate).toBeLessThanOrEqual(around.subordinate);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('moves nothing else when something is plugged or unplugged', () => {
    fc.assert(
      fc.property(placed, fc.array(fc.nat(), { maxLength: 12 }), (topology, picks) => {
        const present = new Set(topology.functions.filter((fn) => fn.presentAtBoot).map((fn) => fn.index));
        let enumeration = enumerateAtBoot(topology, (fn) => present.has(fn));
        const candidates = topology.functions.filter((fn) => fn.vf === undefined).map((fn) => fn.index);
        for (const pick of picks) {
          const fn = candidates[pick % Math.max(1, candidates.length)];
          if (fn === undefined) continue;
          const before = enumeration;
          if (enumeration.buses.has(fn)) {
            const leaving = removalOrder(topology, enumeration, fn);
            enumeration = removeSubtree(enumeration, topology, fn);
            for (const gone of leaving) present.delete(gone);
            expect(enumeration.buses.size).toBe(before.buses.size - leaving.length);
          } else if (!present.has(fn)) {
            const scan = (() => {
              for (const part of comesWith(topology, fn)) present.add(part);
              return addSubtree(enumeration, topology, fn, (index) => present.has(index));
            })();
            enumeration = scan.enumeration;
            for (const found of scan.found) expect(before.buses.has(found)).toBe(false);
            expect(enumeration.buses.size).toBe(before.buses.size + scan.found.length);
          }
          for (const [other, bus] of enumeration.buses) {
            if (before.buses.has(other)) expect(bus).toBe(before.buses.get(other));
          }
          for (const [other, range] of enumeration.ranges) {
            if (before.ranges.has(other)) expect(range).toEqual(before.ranges.get(other));
          }
          const physical = [...enumeration.buses.keys()].filter((index) => topology.functions[index]?.vf === undefined);
          const ids = physical.map((index) => requesterIdOf(topology, enumeration, index));
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});
