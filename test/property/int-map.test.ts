import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntMap } from '../../server/src/base/int-map.ts';

const key = fc.oneof(fc.nat(70), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const change = fc.record({ key, value: fc.option(fc.nat(5), { nil: undefined }) });

describe('IntMap', () => {
  it('agrees with a Map under every sequence of changes, and leaves earlier maps as they were', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        let map = IntMap.empty<number>();
        const reference = new Map<number, number>();
        const earlier: [IntMap<number>, [number, number][]][] = [];
        for (const { key, value } of changes) {
          map = value === undefined ? map.delete(key) : map.set(key, value);
          if (value === undefined) reference.delete(key);
          else reference.set(key, value);
          const sorted = [...reference].sort((a, b) => a[0] - b[0]);
          expect(map.size).toBe(reference.size);
          expect(map.get(key)).toBe(value);
          earlier.push([map, sorted]);
        }
        for (const [then, entries] of earlier) expect([...then]).toEqual(entries);
      }),
      { numRuns: 60 },
    );
  });

  it('gives with one edit what single changes give', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (first, second) => {
        const apply = (map: IntMap<number>, changes: typeof first) =>
          changes.reduce((m, { key, value }) => (value === undefined ? m.delete(key) : m.set(key, value)), map);
        const start = apply(IntMap.empty(), first);
        const before = [...start];
        const edited = start.edit((draft) => {
          for (const { key, value } of second) {
            if (value === undefined) draft.delete(key);
            else draft.set(key, value);
            expect(draft.get(key)).toBe(value);
          }
        });
        expect([...edited]).toEqual([...apply(start, second)]);
        expect([...start]).toEqual(before);
      }),
    );
  });

  it('is itself when nothing changes', () => {
    const map = IntMap.of([
      [1, 'a'],
      [4_000_000_000, 'b'],
    ]);
    expect(map.set(1, 'a')).toBe(map);
    expect(map.delete(2)).toBe(map);
    expect([...map.keys()]).toEqual([1, 4_000_000_000]);
    expect([...map.values()]).toEqual(['a', 'b']);
  });

  it('refuses keys that are no 32-bit numbers', () => {
    for (const bad of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => IntMap.empty<number>().set(bad, 1)).toThrow(RangeError);
    expect(IntMap.of([[0, 1]]).get(2 ** 32)).toBeUndefined();
  });
});
