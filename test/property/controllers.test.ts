import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  firstAlignedFit,
  firstFit,
  gaps,
  has,
  type Intervals,
  noIntervals,
  remove,
  size,
  within,
} from '../../server/src/base/intervals.ts';
import { takeBlock, takeSingles } from '../../server/src/controllers/gicv3-its/event-map.ts';
import { initialLpiPool, returnLpis, takeLpis } from '../../server/src/controllers/gicv3-its/lpi-pool.ts';

const limit = 64;
const change = fc.record({ adds: fc.boolean(), first: fc.nat(limit - 1), length: fc.nat(12) });

/** The same numbers as runs and one by one. */
const sets = fc.array(change, { maxLength: 20 }).map((changes) => {
  let runs: Intervals = noIntervals;
  const single = new Set<number>();
  for (const { adds, first, length } of changes) {
    const last = Math.min(limit - 1, first + length - 1);
    runs = adds ? add(runs, first, last) : remove(runs, first, last);
    for (let n = first; n <= last; n++) {
      if (adds) single.add(n);
      else single.delete(n);
    }
  }
  return { runs, single };
});

const numbersOf = (runs: Intervals): number[] =>
  runs.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));

describe('runs of numbers', () => {
  it('hold what was added and not removed, sorted and merged', () => {
    fc.assert(
      fc.property(sets, ({ runs, single }) => {
        expect(numbersOf(runs)).toEqual([...single].sort((a, b) => a - b));
        expect(size(runs)).toBe(single.size);
        for (const [i, run] of runs.entries()) expect(run.first > (runs[i - 1]?.last ?? -2) + 1).toBe(true);
        for (let n = 0; n < limit; n++) expect(has(runs, n)).toBe(single.has(n));
      }),
    );
  });

  it('fit and gaps agree with a search number by number', () => {
    fc.assert(
      fc.property(
        sets,
        fc.integer({ min: 1, max: 16 }),
        fc.nat(limit - 1),
        fc.nat(limit - 1),
        ({ runs, single }, n, a, b) => {
          const all = Array.from({ length: limit }, (_, i) => i);
          const fits = (start: number) => Array.from({ length: n }, (_, i) => start + i).every((m) => single.has(m));
          expect(firstFit(runs, n)).toBe(all.find(fits));
          expect(firstAlignedFit(runs, n, 8)).toBe(all.find((start) => start % 8 === 0 && fits(start)));
          const [first, last] = [Math.min(a, b), Math.max(a, b)];
          const range = all.filter((m) => m >= first && m <= last);
          expect(numbersOf(gaps(runs, first, last))).toEqual(range.filter((m) => !single.has(m)));
          expect(numbersOf(within(runs, first, last))).toEqual(range.filter((m) => single.has(m)));
        },
      ),
    );
  });
});

describe('events', () => {
  it('single ones are the lowest free, up to the limit', () => {
    fc.assert(
      fc.property(sets, fc.nat(70), ({ runs, single }, count) => {
        const { used, taken } = takeSingles(runs, limit, count);
        const free = Array.from({ length: limit }, (_, i) => i).filter((n) => !single.has(n));
        expect(numbersOf(taken)).toEqual(free.slice(0, count));
        expect(size(used)).toBe(single.size + size(taken));
      }),
    );
  });

  it('blocks are aligned, free before, and a power of two long', () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 32 }), ({ runs, single }, count) => {
        const block = takeBlock(runs, limit, count);
        const length = 2 ** Math.ceil(Math.log2(count));
        const starts = Array.from({ length: limit / length }, (_, i) => i * length);
        const isFree = (start: number) => Array.from({ length }, (_, i) => start + i).every((n) => !single.has(n));
        expect(block?.first).toBe(starts.find(isFree));
        if (block !== undefined) expect(size(block.used)).toBe(single.size + length);
      }),
    );
  });
});

describe('the pool of LPIs', () => {
  it('is whole again when all ranges are back, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4096 }), { maxLength: 40 }), fc.nat(), (wanted, seed) => {
        const full = initialLpiPool({ idBits: 14, lpiLimit: undefined });
        let pool = full;
        const ranges = wanted.flatMap((count) => {
          const taken = takeLpis(pool, count);
          if (taken === undefined) return [];
          pool = taken.pool;
          return [taken.range];
        });
        expect(size(pool) + ranges.reduce((sum, { lpiCount }) => sum + lpiCount, 0)).toBe(8192);
        const order = ranges.map((range, i) => ({ range, key: (i * 7919 + seed) % 101 })).sort((a, b) => a.key - b.key);
        for (const { range } of order) pool = returnLpis(pool, range);
        expect(pool).toEqual(full);
      }),
    );
  });
});
