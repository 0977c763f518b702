import { describe, expect, it } from 'vitest';
import { freeLpis, initialLpiPool, returnLpis, takeLpis } from '../../../server/src/controllers/gicv3-its/lpi-pool.ts';

describe('LPIs', () => {
  it('are 8192 .. 2^bits - 1, at most 16 bits', () => {
    expect(freeLpis(initialLpiPool({ idBits: 16, lpiLimit: undefined }))).toBe(57_344);
    expect(freeLpis(initialLpiPool({ idBits: 24, lpiLimit: undefined }))).toBe(57_344);
    expect(freeLpis(initialLpiPool({ idBits: 14, lpiLimit: undefined }))).toBe(8192);
  });

  it('are as many as the hypervisor says, unless that is too few or too many', () => {
    expect(freeLpis(initialLpiPool({ idBits: 16, lpiLimit: 1024 }))).toBe(1024);
    expect(freeLpis(initialLpiPool({ idBits: 16, lpiLimit: 2 }))).toBe(57_344);
    expect(freeLpis(initialLpiPool({ idBits: 14, lpiLimit: 9000 }))).toBe(8192);
  });

  it('go to the lowest range that is long enough, halved until there is one', () => {
    const holes = [
      { first: 8192, last: 8195 },
      { first: 8300, last: 8311 },
    ];
    expect(takeLpis(holes, 8)?.range).toEqual({ lpiBase: 8300, lpiCount: 8 });
    expect(takeLpis(holes, 64)?.range).toEqual({ lpiBase: 8300, lpiCount: 8 });
    expect(takeLpis([], 1)).toBeUndefined();
  });

  it('merge when they come back', () => {
    const holes = [
      { first: 8192, last: 8195 },
      { first: 8200, last: 8203 },
    ];
    expect(returnLpis(holes, { lpiBase: 8196, lpiCount: 4 })).toEqual([{ first: 8192, last: 8203 }]);
  });
});
