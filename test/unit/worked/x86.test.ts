import { describe, expect, it } from 'vitest';
import { size } from '../../../server/src/base/intervals.ts';
import { availableVectors } from '../../../server/src/controllers/x86-apic/matrix.ts';
import { tableAt, usedEntries } from '../../../server/src/controllers/x86-apic/remapping-table.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import {
  allocate,
  apic,
  card,
  cards,
  entries,
  free,
  listed,
  places,
  release,
  request,
  x86Given,
} from '../controllers/x86-given.ts';

/** In use on four CPUs before any PCI driver, as measured; reserved are 8 idle IO-APIC pins and 1 woken link. */
const starts = [
  ['linux-6.1', ['33,48', '33-34', '33-34', '33'], 34],
  ['linux-6.12', ['32,48', '32-33', '32-33', '32'], 33],
  ['linux-7.2', ['32,48', '32-33', '32-33', '32'], 33],
] as const;

describe.each(starts)('E10: four CPUs without remapping, %s', (os, used, first) => {
  const machine = () => x86Given([card('00:03.0', 0, 2048), card('00:04.0', 1, 0)], { os, cpus: 4, used, reserved: 9 });

  it('start with 797 vectors left', () => {
    expect(apic(machine()).matrix.cpus.map(({ available }) => available)).toEqual([199, 199, 199, 200]);
    expect(availableVectors(apic(machine()).matrix)).toBe(797);
  });

  it('promise 2048 vectors with one warning, and take none', () => {
    const started = machine();
    const allocation = allocate(started, '00:03.0', { min: 2048, max: 2048 });
    expect(allocation.granted).toBe(2048);
    const warning = { code: 'reservation-exceeds-available', reserved: 2057, available: 797 };
    expect(allocation.effects).toEqual([{ does: 'warn', warning }]);
    expect(apic(started).matrix.reserved).toBe(2057);
    expect(availableVectors(apic(started).matrix)).toBe(797);
    free(started, '00:03.0');
    // 9 + 788 = 797 is no more than there are; the 789th is.
    expect(allocate(started, '00:03.0', { min: 788, max: 788 }).effects).toEqual([]);
    free(started, '00:03.0');
    expect(allocate(started, '00:03.0', { min: 789, max: 789 }).effects).toHaveLength(1);
  });

  it('give the first seven to the emptiest CPU, its lowest vector', () => {
    const started = machine();
    allocate(started, '00:03.0', { min: 16, max: 16 });
    expect(request(started, '00:03.0', 0, 6)).toBeUndefined();
    const expected = [
      [3, 0],
      [0, 0],
      [1, 1],
      [2, 1],
      [3, 1],
      [0, 1],
      [1, 2],
    ].map(([cpu, above = 0]) => `${cpu}:${first + above}`);
    expect(places(started, '00:03.0').slice(0, 7)).toEqual(expected);
  });

  it('have none for the 798th handler, until any other goes', () => {
    const started = machine();
    allocate(started, '00:03.0', { min: 2048, max: 2048 });
    expect(request(started, '00:03.0', 0, 796)).toBeUndefined();
    const full = apic(started);
    expect(request(started, '00:03.0', 797)).toBe('ENOSPC');
    expect(apic(started).matrix).toEqual(full.matrix);
    release(started, '00:03.0', 100);
    expect(request(started, '00:03.0', 2047)).toBeUndefined();
    expect(request(started, '00:03.0', 100)).toBe('ENOSPC');
  });

  it('take the vector of an MSI that cannot be masked when it is enabled', () => {
    const started = machine();
    expect(allocate(started, '00:04.0', { modes: ['msi'] }).granted).toBe(1);
    expect(places(started, '00:04.0')).toEqual([`3:${first}`]);
    request(started, '00:04.0', 0);
    release(started, '00:04.0', 0);
    expect(places(started, '00:04.0')).toEqual([`3:${first}`]);
    free(started, '00:04.0');
    allocate(started, '00:03.0', { min: 797, max: 797 });
    request(started, '00:03.0', 0, 796);
    expect(allocate(started, '00:04.0', { modes: ['msi'] }).errno).toBe('ENOSPC');
  });
});

describe.each(['linux-6.1', 'linux-6.12', 'linux-7.2'])('E10: two messages, %s', (os) => {
  it('are refused without remapping, or cut to one', () => {
    const machine = x86Given([card('00:03.0', 2, 0)], { os, cpus: 4 });
    expect(allocate(machine, '00:03.0', { modes: ['msi'], min: 2, max: 2 }).errno).toBe('ENOSPC');
    expect(allocate(machine, '00:03.0', { modes: ['msi'], min: 1, max: 2 }).granted).toBe(1);
  });

  it('get two vectors and two entries with it', () => {
    const machine = x86Given([card('00:03.0', 2, 0)], { os, cpus: 4, remapping: 'intel' });
    expect(allocate(machine, '00:03.0', { modes: ['msi'], min: 2, max: 2 }).granted).toBe(2);
    expect(new Set(places(machine, '00:03.0')).size).toBe(2);
    expect(entries(machine, '00:03.0')).toEqual([0, 1]);
  });
});

describe('E11: managed queues', () => {
  const queues = { min: 1, max: 9, affinity: { pre: 1, post: 0, sets: 1 } };

  it('of three controllers set three vectors aside on each of eight CPUs', () => {
    const machine = x86Given([card('00:03.0', 0, 64), card('00:04.0', 0, 64), card('00:05.0', 0, 64)], { cpus: 8 });
    for (const bdf of ['00:03.0', '00:04.0', '00:05.0']) expect(allocate(machine, bdf, queues).granted).toBe(9);
    const { matrix } = apic(machine);
    expect(matrix.cpus.map(({ managed }) => size(managed))).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
    expect(matrix.cpus.map(({ available }) => available)).toEqual(Array.from({ length: 8 }, () => 198));
    expect(matrix.reserved).toBe(3);
  });

  it('are one per CPU, however many are asked for', () => {
    const machine = x86Given([card('00:03.0', 0, 64)], { cpus: 8 });
    expect(allocate(machine, '00:03.0', { ...queues, max: 16 }).granted).toBe(9);
  });

  it.each([
    [1, ['33-38,48'], 194],
    [2, ['33-35,48', '33-35'], 197],
  ])('on %s CPUs end with the fullest', (cpus, used, fit) => {
    const machine = x86Given(cards(200, 0, 16), { cpus, used });
    const one = { min: 1, max: 1, affinity: { pre: 0, post: 0, sets: 1 } };
    const granted = cards(200, 0, 16).map(({ bdf }) => allocate(machine, bdf, one).errno);
    expect(granted.indexOf('ENOSPC')).toBe(fit);
    expect(granted.filter((errno) => errno === undefined)).toHaveLength(fit);
  });

  it('go to the last CPU of their mask', () => {
    const machine = x86Given([card('00:03.0', 0, 8)], { cpus: 4, used: ['33,48', '33-34', '33-34', '33'] });
    const managed = (max: number) => ({ min: max, max, affinity: { pre: 0, post: 0, sets: 1 } });
    allocate(machine, '00:03.0', managed(1));
    request(machine, '00:03.0', 0);
    expect(places(machine, '00:03.0')).toEqual(['3:34']);
    free(machine, '00:03.0');
    allocate(machine, '00:03.0', managed(2));
    request(machine, '00:03.0', 0, 1);
    expect(functionState(machine.state, machine.fn('00:03.0')).vectors.map(({ mask }) => mask)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(places(machine, '00:03.0').map((place) => place[0])).toEqual(['1', '3']);
  });
});

describe('E12: remapping entries', () => {
  /** 15 pins and 4 woken links. */
  const boot = { remapping: 'intel', given: { irtesInUse: '0-18' } } as const;

  it('of an Intel unit run out after 65 517, and MSI-X takes what is left', () => {
    const functions = cards(104, 0, 2048);
    const machine = x86Given(functions, boot);
    const bdf = (i: number) => functions[i]?.bdf ?? '';
    for (let i = 0; i < 100; i++) expect(allocate(machine, bdf(i), { min: 600, max: 600 }).granted).toBe(600);
    expect(allocate(machine, bdf(100), { min: 2048, max: 2048 }).granted).toBe(2048);
    expect(allocate(machine, bdf(101), { min: 2048, max: 2048 }).granted).toBe(2048);
    expect(allocate(machine, bdf(102), { min: 2048, max: 2048 }).errno).toBe('ENOSPC');
    expect(allocate(machine, bdf(102), { min: 1, max: 2048 }).granted).toBe(1421);
    for (let i = 0; i < 103; i++) free(machine, bdf(i));
    const { remapping } = apic(machine);
    expect(remapping === undefined ? 0 : usedEntries(remapping)).toBe(19);
  });

  it('of 17 messages are 32 on a multiple of 32, and all come back', () => {
    const machine = x86Given([card('00:03.0', 32, 0, { msiMaskable: true })], boot);
    expect(allocate(machine, '00:03.0', { modes: ['msi'], min: 17, max: 17 }).granted).toBe(17);
    expect(entries(machine, '00:03.0')).toEqual(listed('32-48'));
    const inUse = () => {
      const { remapping } = apic(machine);
      return remapping === undefined ? 0 : remapping.entries - size(tableAt(remapping, 0).free);
    };
    expect(inUse()).toBe(19 + 32);
    free(machine, '00:03.0');
    expect(inUse()).toBe(19);
  });

  it('of AMD are 512 for each DeviceID', () => {
    const machine = x86Given([card('00:03.0', 0, 600), card('00:04.0', 0, 600)], { remapping: 'amd' });
    expect(allocate(machine, '00:03.0', { min: 1, max: 600 }).granted).toBe(512);
    expect(allocate(machine, '00:04.0', { min: 513, max: 600 }).errno).toBe('ENOSPC');
    expect(allocate(machine, '00:04.0', { min: 512, max: 600 }).granted).toBe(512);
  });

  it('of AMD are shared by what is below one bridge', () => {
    const below = { parent: '00:05.0' };
    const machine = x86Given(
      [
        { bdf: '00:05.0', kind: 'pcie-pci-bridge', parent: 'root', msi: 0, msix: 0 },
        card('01:01.0', 0, 400, below),
        card('01:02.0', 0, 400, below),
      ],
      { remapping: 'amd' },
    );
    expect(allocate(machine, '01:01.0', { min: 1, max: 400 }).granted).toBe(400);
    expect(allocate(machine, '01:02.0', { min: 1, max: 400 }).granted).toBe(112);
  });
});
