import { describe, expect, it } from 'vitest';
import { moveLpi, noLoad, placeLpis, removeLpis } from '../../../server/src/controllers/gicv3-its/collections.ts';

describe('the CPU of an LPI', () => {
  it('is the least loaded one, the lowest among equals', () => {
    const first = placeLpis(noLoad(3), 4, false);
    expect(first.cpus).toEqual([0, 1, 2, 0]);
    expect(placeLpis(first.load, 2, false).cpus).toEqual([1, 2]);
  });

  it('counts managed LPIs apart', () => {
    const { load } = placeLpis(noLoad(2), 1, false);
    expect(placeLpis(load, 1, true).cpus).toEqual([0]);
  });

  it('does not count the LPI that is moved', () => {
    const { load } = placeLpis(noLoad(2), 2, false);
    expect(moveLpi(load, 1, undefined, false).cpu).toBe(1);
    expect(moveLpi(load, 1, [0], false)).toEqual({ load: { managed: [0, 0], unmanaged: [2, 0] }, cpu: 0 });
  });

  it('is free again when the LPI goes', () => {
    const { load } = placeLpis(noLoad(2), 2, false);
    expect(placeLpis(removeLpis(load, [0], false), 1, false).cpus).toEqual([0]);
  });
});
