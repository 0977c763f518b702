import { describe, expect, it } from 'vitest';
import { type Gicv5State, gicv5Cpu, gicv5Device } from '../../../server/src/controllers/gicv5-its/index.ts';
import { deviceIdBits, ittFor } from '../../../server/src/controllers/gicv5-its/itt.ts';
import type { Its } from '../../../server/src/model/machine.ts';
import { bringCpuOnline, takeCpuOffline } from '../../../server/src/timeline/cpus.ts';
import { freeVectors, unbindDriver } from '../../../server/src/timeline/free.ts';
import { requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { nothing } from '../../conformance/to-machine.ts';
import { allocateIn, type SpecMachine, specGiven, vectorsOf } from './spec-given.ts';

const machine = (cpus = 1, more = '') =>
  specGiven(`machine m { os = linux-7.2; cpus = ${cpus} }
interrupt-controller gic : gicv5 { its its0 }
host-bridge pci {
  endpoint a at 01.0 { msix = 40; msi = 8; driver = none }
  endpoint b at 02.0 { msix = 6; msi = 4; driver = none }
  ${more}
}`);

function gicOf({ state }: SpecMachine): Gicv5State {
  const [own] = state.controllers;
  if (own?.type !== 'gicv5') throw new Error('no GICv5');
  return own;
}

const runs = (given: SpecMachine, name: string) =>
  vectorsOf(given, name).map(({ index, data, hwirq, count }) => [index, data, hwirq, count]);

describe('LPIs', () => {
  it('start after eight of each possible CPU, one to a vector, the lowest free', () => {
    const given = machine(3);
    allocateIn(given, 'a', { max: 3 });
    allocateIn(given, 'b', { max: 2 });
    expect(runs(given, 'a')).toEqual([[0, 0, 24, 3]]);
    expect(runs(given, 'b')).toEqual([[0, 0, 27, 2]]);
    given.state = freeVectors(given.state, given.fn('a')).state;
    allocateIn(given, 'a', { max: 5 });
    expect(runs(given, 'a')).toEqual([
      [0, 0, 24, 3],
      [3, 3, 29, 2],
    ]);
  });

  it('of a block of messages need not lie in a row', () => {
    const given = machine();
    allocateIn(given, 'a', { max: 1 });
    allocateIn(given, 'b', { max: 1 });
    given.state = unbindDriver(given.state, given.fn('a')).state;
    allocateIn(given, 'a', { modes: ['msi'], min: 4, max: 4 });
    expect(runs(given, 'a')).toEqual([
      [0, 0, 8, 1],
      [1, 1, 10, 3],
    ]);
  });
});

describe('a table', () => {
  it('is as large as the capability, whatever is asked for, and goes with the driver', () => {
    const given = machine();
    allocateIn(given, 'a', { max: 1 });
    expect(gicv5Device(gicOf(given), 0, 8)).toMatchObject({ events: 64, owner: given.fn('a') });
    given.state = freeVectors(given.state, given.fn('a')).state;
    expect(gicv5Device(gicOf(given), 0, 8)).toBeDefined();
    given.state = unbindDriver(given.state, given.fn('a')).state;
    expect(gicv5Device(gicOf(given), 0, 8)).toBeUndefined();
  });

  it('of MSI and one of MSI-X follow each other', () => {
    const given = machine();
    allocateIn(given, 'a', { modes: ['msi'], min: 2, max: 2 });
    expect(gicv5Device(gicOf(given), 0, 8)?.events).toBe(8);
    given.state = freeVectors(given.state, given.fn('a')).state;
    allocateIn(given, 'a', { max: 2 });
    expect(gicv5Device(gicOf(given), 0, 8)?.events).toBe(64);
  });

  it('with events left behind keeps its DeviceID, and so its own function out', () => {
    const given = machine();
    allocateIn(given, 'a', { modes: ['msi'], min: 3, max: 3 });
    const { lpis } = gicOf(machine());
    given.state = unbindDriver(given.state, given.fn('a')).state;
    expect(gicOf(given).lpis).toEqual(lpis);
    expect(gicv5Device(gicOf(given), 0, 8)?.used).toEqual([{ first: 3, last: 3 }]);
    expect(allocateIn(given, 'a', { max: 1 })).toMatchObject({ errno: 'ENODEV', granted: 0 });
    expect(allocateIn(given, 'a', { modes: ['msi'] }).effects).toEqual([
      { does: 'no-table', deviceId: 8, events: 8, why: 'taken', owner: given.fn('a') },
    ]);
  });

  const its = (over: Partial<Its>): Its => ({
    decl: nothing,
    name: 'its0',
    deviceIdBits: 16,
    eventIdBits: 16,
    indirect: true,
    ittEntrySizeBytes: 8,
    quirk: 'none',
    ...over,
  });
  const KIB = 1024;

  it('has one level up to less than a second-level table, two from more than one on, and nothing between', () => {
    expect(ittFor(its({}), 4 * KIB, 1)).toEqual({ levels: 1, bytes: 8 });
    expect(ittFor(its({}), 4 * KIB, 256)).toEqual({ levels: 1, bytes: 2048 });
    expect(ittFor(its({}), 4 * KIB, 512)).toEqual({ refused: 'one-page' });
    expect(ittFor(its({}), 4 * KIB, 1024)).toEqual({ levels: 2, bytes: 16 + 8192 });
    expect(ittFor(its({}), 16 * KIB, 512)).toEqual({ levels: 1, bytes: 4096 });
    expect(ittFor(its({}), 16 * KIB, 2048)).toEqual({ refused: 'one-page' });
    expect(ittFor(its({}), 64 * KIB, 2048)).toEqual({ levels: 1, bytes: 16_384 });
    expect(ittFor(its({ indirect: false }), 4 * KIB, 2048)).toEqual({ levels: 1, bytes: 16_384 });
    expect(ittFor(its({ eventIdBits: 8 }), 4 * KIB, 512)).toEqual({ refused: 'event-id-bits' });
  });

  it('of devices is cut to what the kernel can allocate', () => {
    expect(deviceIdBits(its({ deviceIdBits: 32, indirect: false }), 4 * KIB)).toBe(19);
    expect(deviceIdBits(its({ deviceIdBits: 32 }), 4 * KIB)).toBe(28);
    expect(deviceIdBits(its({ deviceIdBits: 32 }), 64 * KIB)).toBe(32);
    expect(deviceIdBits(its({ deviceIdBits: 16 }), 4 * KIB)).toBe(16);
  });
});

describe('CPUs', () => {
  const cpus = (given: SpecMachine, name: string) =>
    vectorsOf(given, name).flatMap(({ hwirq, count }) =>
      Array.from({ length: count }, (_, i) => gicv5Cpu(gicOf(given), hwirq + i)),
    );

  it('are the first of the mask, not the least loaded', () => {
    const given = machine(4);
    allocateIn(given, 'a', { max: 3 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 2).state;
    expect(cpus(given, 'a')).toEqual([0, 0, 0]);
    given.state = setAffinity(given.state, given.fn('a'), 1, [2, 3]).state;
    expect(cpus(given, 'a')).toEqual([0, 2, 0]);
    expect(setAffinity(given.state, given.fn('a'), 1, [9]).errno).toBe('EINVAL');
  });

  it('that go hand their interrupts on, which stay there', () => {
    const given = machine(3);
    allocateIn(given, 'a', { max: 2 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 1).state;
    given.state = setAffinity(given.state, given.fn('a'), 1, [2]).state;
    given.state = takeCpuOffline(given.state, 0).state;
    expect(cpus(given, 'a')).toEqual([1, 2]);
    given.state = takeCpuOffline(given.state, 2).state;
    expect(cpus(given, 'a')).toEqual([1, 1]);
    expect(takeCpuOffline(given.state, 1).errno).toBe('EBUSY');
    given.state = bringCpuOnline(given.state, 0).state;
    expect(cpus(given, 'a')).toEqual([1, 1]);
  });

  it('keep managed interrupts for themselves', () => {
    const given = machine(2);
    allocateIn(given, 'a', { min: 2, max: 2, affinity: { pre: 0, post: 0, sets: 1 } });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 1).state;
    expect(cpus(given, 'a')).toEqual([0, 1]);
    given.state = takeCpuOffline(given.state, 1).state;
    expect(cpus(given, 'a')).toEqual([0, undefined]);
    given.state = bringCpuOnline(given.state, 1).state;
    expect(cpus(given, 'a')).toEqual([0, 1]);
    expect(setAffinity(given.state, given.fn('a'), 1, [0]).errno).toBe('EIO');
  });
});
