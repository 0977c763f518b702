import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addSubtree,
  busOf,
  enumerateAtBoot,
  removeSubtree,
  requesterIdOf,
} from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { indexOf } from './build.ts';
import { machineOfRecord, recordsIn, requesterIdOfText } from './recorded.ts';

const folder = process.env.IRQTOPO_RECORDS ?? new URL('../../conformance/records/its', import.meta.url).pathname;

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
      for (const { do: action, observed } of record.steps) {
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
