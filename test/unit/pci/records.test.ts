import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PciNode, RuleSet } from '../../../server/src/model/machine.ts';
import { bootOrder } from '../../../server/src/pci/boot-order.ts';
import {
  addSubtree,
  busOf,
  enumerateAtBoot,
  removeSubtree,
  requesterIdOf,
} from '../../../server/src/pci/enumeration.ts';
import { msiTargetOf } from '../../../server/src/pci/msi-map.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { requesterOf } from '../../../server/src/pci/requester.ts';
import { indexOf } from './build.ts';
import { machineOfRecord, recordsIn, requesterIdOfText } from './recorded.ts';

const folder = new URL('../../conformance/records/its', import.meta.url).pathname;

describe('the recorded machines', () => {
  const records = recordsIn(folder);

  it('are there', () => {
    expect(existsSync(folder)).toBe(true);
    expect(records.length).toBeGreaterThan(100);
  });

  it.each(records.map((record) => [record.id, record] as const))(
    '%s: same addresses, buses and silence',
    (_, record) => {
      const { topology } = placeMachine(machineOfRecord(record));
      const present = new Set(topology.functions.filter((fn) => fn.presentAtBoot).map((fn) => fn.index));
      let enumeration = enumerateAtBoot(topology, (fn) => present.has(fn));
      for (const fn of record.functions) {
        if (fn.kind === 'host-bridge') continue;
        const index = indexOf(topology, fn.id);
        const { bdf, secondaryBus, enumerated } = fn.observed;
        const expected = enumerated === false || bdf === undefined ? undefined : requesterIdOfText(bdf);
        expect([fn.id, requesterIdOf(topology, enumeration, index)]).toEqual([fn.id, expected]);
        if (secondaryBus !== undefined) {
          expect([fn.id, enumeration.ranges.get(index)?.secondary]).toEqual([fn.id, secondaryBus]);
        }
      }
      const { hostBridges, rules } = topology.machine;
      const deviceIdOf = (index: number): number | undefined => {
        const path = requesterOf(topology, enumeration, index);
        const [bridge] = hostBridges;
        const target = path && bridge && msiTargetOf(topology.machine, bridge, path.aliasedRequesterId);
        return target?.ok ? target.value.deviceId : undefined;
      };
      for (const { do: action, observed } of record.steps) {
        if (action.op === 'boot' && record.controllers[0]?.type === 'gicv3') {
          const served = (observed.effects ?? []).flatMap(({ mapti }) => (mapti === undefined ? [] : [mapti]));
          const expected = bootOrder(topology, enumeration).ports.filter((index) => {
            const { node } = topology.functions[index] ?? {};
            return node !== undefined && takesVector(node, rules) && !record.machine.kernelArgs?.includes('nomsi');
          });
          expect(served.filter((id, i) => id !== served[i - 1])).toEqual(distinctRuns(expected.map(deviceIdOf)));
        }
        if (observed.deviceId !== undefined && action.fn !== undefined) {
          const fn = topology.functions.find((candidate) => candidate.name === action.fn);
          // VFs enabled by a step are no part of the machine here.
          if (fn !== undefined) expect([action.fn, deviceIdOf(fn.index)]).toEqual([action.fn, observed.deviceId]);
        }
        if (action.op === 'plug' && action.function) {
          const index = indexOf(topology, action.function.id);
          present.add(index);
          const scan = addSubtree(enumeration, topology, index, (fn) => present.has(fn));
          enumeration = scan.enumeration;
          expect(scan.ok).toBe(true);
          if (observed.bdf !== undefined) {
            expect(requesterIdOf(topology, enumeration, index)).toBe(requesterIdOfText(observed.bdf));
          }
        }
        if (action.op === 'unplug' && action.fn !== undefined) {
          const index = indexOf(topology, action.fn);
          const gone = topology.functions.filter((fn) => busOf(enumeration, fn.index) !== undefined).length;
          enumeration = removeSubtree(enumeration, topology, index);
          for (const fn of topology.functions) {
            if (busOf(enumeration, fn.index) === undefined) present.delete(fn.index);
          }
          expect(enumeration.buses.size).toBeLessThan(gone);
        }
      }
    },
  );
});

/** A port's or bridge's driver takes one: x3130-upstream's only up to 6.1. */
const takesVector = (node: PciNode, rules: RuleSet): boolean =>
  node.capabilities.msi + node.capabilities.msix > 0 && (node.kind !== 'switch' || rules === '6.1');

/** Of equal neighbours one. */
const distinctRuns = <T>(items: readonly T[]): readonly T[] => items.filter((item, i) => item !== items[i - 1]);
