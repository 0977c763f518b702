import { describe, expect, it } from 'vitest';
import { size } from '../../../server/src/base/intervals.ts';
import { availableVectors } from '../../../server/src/controllers/x86-apic/matrix.ts';
import { vectorSpace } from '../../../server/src/controllers/x86-apic/vector-space.ts';
import { bringCpuOnline, setDefaultAffinity, takeCpuOffline } from '../../../server/src/timeline/cpus.ts';
import { allocateAt } from '../../../server/src/timeline/dynamic.ts';
import { setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import {
  allocate,
  apic,
  card,
  entries,
  free,
  places,
  release,
  request,
  type X86Machine,
  x86Given,
} from './x86-given.ts';

const managed = { min: 1, max: 64, affinity: { pre: 0, post: 0, sets: 1 } };
const ordinary = (count: number) => ({ min: count, max: count });

function offline(machine: X86Machine, cpu: number): string | undefined {
  const handled = takeCpuOffline(machine.state, cpu);
  machine.state = handled.state;
  return handled.errno;
}

function online(machine: X86Machine, cpu: number): void {
  machine.state = bringCpuOnline(machine.state, cpu).state;
}

function move(machine: X86Machine, bdf: string, index: number, mask: readonly number[]): string | undefined {
  const handled = setAffinity(machine.state, machine.fn(bdf), index, mask);
  machine.state = handled.state;
  return handled.errno;
}

describe('the vectors of a CPU', () => {
  it.each([
    ['6.1', true, true, 201],
    ['6.12', true, true, 201],
    ['7.2', true, true, 201],
    ['6.1', false, true, 202],
    ['6.12', false, true, 202],
    ['7.2', false, false, 203],
  ] as const)('of %s, 8259 %s, 32-bit calls %s, are %s', (rules, legacyPic, ia32, usable) => {
    const { first, last, system } = vectorSpace(rules, { legacyPic, ia32 });
    expect(last - first + 1 - size(system)).toBe(usable);
  });
});

describe('messages', () => {
  it('with remapping, and too few vectors for all, get none and no second try', () => {
    const machine = x86Given([card('00:03.0', 0, 1024), card('00:04.0', 16, 0)], { remapping: 'intel' });
    allocate(machine, '00:03.0', ordinary(196));
    request(machine, '00:03.0', 0, 195);
    const before = machine.state.controllers;
    expect(allocate(machine, '00:04.0', { modes: ['msi'], min: 1, max: 16 }).errno).toBe('ENOSPC');
    expect(machine.state.controllers).toEqual(before);
    expect(allocate(machine, '00:04.0', { modes: ['msi'], min: 5, max: 5 }).granted).toBe(5);
  });

  it('that are managed and cannot be masked hold only what was set aside', () => {
    const machine = x86Given([card('00:03.0', 32, 0)], { cpus: 4, remapping: 'intel' });
    expect(allocate(machine, '00:03.0', { ...managed, modes: ['msi'], max: 32 }).granted).toBe(4);
    expect(places(machine, '00:03.0')).toEqual(['none', 'none', 'none', 'none']);
    expect(entries(machine, '00:03.0')).toEqual([0, 1, 2, 3]);
  });

  it('of AMD take no more entries than there are messages', () => {
    const machine = x86Given([card('00:03.0', 16, 4)], { remapping: 'amd' });
    allocate(machine, '00:03.0', { modes: ['msi'], min: 5, max: 5 });
    expect(entries(machine, '00:03.0')).toEqual([0, 1, 2, 3, 4]);
    const { remapping } = apic(machine);
    expect([...(remapping?.tables.values() ?? [])].map(({ free: left }) => size(left))).toEqual([507]);
  });
});

describe('entries of an Intel unit', () => {
  it('for MSI-X fill holes one by one, for messages start on their power of two', () => {
    const functions = ['03', '04', '05', '06'].map((slot) => card(`00:${slot}.0`, 16, 16, { msiMaskable: true }));
    const machine = x86Given(functions, { remapping: 'intel', given: { irtesInUse: '0-18' } });
    allocate(machine, '00:03.0', ordinary(3));
    allocate(machine, '00:04.0', { modes: ['msi'], ...ordinary(5) });
    expect(entries(machine, '00:04.0')).toEqual([24, 25, 26, 27, 28]);
    allocate(machine, '00:05.0', ordinary(4));
    // 22, 23, then past the block of eight.
    expect(entries(machine, '00:05.0')).toEqual([22, 23, 32, 33]);
    free(machine, '00:04.0');
    allocate(machine, '00:06.0', ordinary(2));
    expect(entries(machine, '00:06.0')).toEqual([24, 25]);
  });
});

describe('managed interrupts', () => {
  it('are tried again with as many as found room, and undone when that fails too', () => {
    const machine = x86Given([card('00:03.0', 0, 256), card('00:04.0', 0, 64)], { cpus: 2 });
    machine.state = setDefaultAffinity(machine.state, [1]).state;
    allocate(machine, '00:03.0', ordinary(201));
    request(machine, '00:03.0', 0, 200);
    expect(apic(machine).matrix.cpus.map(({ available }) => available)).toEqual([201, 0]);
    const before = apic(machine).matrix;
    expect(allocate(machine, '00:04.0', managed).errno).toBe('ENOSPC');
    expect(apic(machine).matrix).toEqual(before);
  });

  it('work with no vector left, and cannot be moved', () => {
    const machine = x86Given([card('00:03.0', 0, 64), card('00:04.0', 0, 1024)], { cpus: 2 });
    expect(allocate(machine, '00:03.0', managed).granted).toBe(2);
    allocate(machine, '00:04.0', ordinary(1024));
    request(machine, '00:04.0', 0, 1023);
    expect(availableVectors(apic(machine).matrix)).toBe(0);
    expect(request(machine, '00:03.0', 0, 1)).toBeUndefined();
    expect(move(machine, '00:03.0', 0, [1])).toBe('EIO');
  });

  it('avoid isolated CPUs, holding both vectors until the move is over', () => {
    const isolated = { given: { isolatedManaged: '2-3' }, cpus: 4 };
    const one = { min: 1, max: 1, affinity: managed.affinity };
    const machine = x86Given([card('00:03.0', 0, 64)], isolated);
    allocate(machine, '00:03.0', one);
    request(machine, '00:03.0', 0);
    expect(places(machine, '00:03.0')).toEqual(['1:33']);
    expect(apic(machine).matrix.cpus.map(({ allocated }) => allocated)).toEqual([0, 1, 0, 1]);
    release(machine, '00:03.0', 0);
    expect(apic(machine).matrix.cpus.map(({ allocated }) => allocated)).toEqual([0, 0, 0, 0]);
    const remapped = x86Given([card('00:03.0', 0, 64)], { ...isolated, remapping: 'intel' });
    allocate(remapped, '00:03.0', one);
    request(remapped, '00:03.0', 0);
    expect(apic(remapped).matrix.cpus.map(({ allocated }) => allocated)).toEqual([0, 1, 0, 0]);
  });
});

describe('CPUs', () => {
  it('stay online while their vectors find no room elsewhere', () => {
    const machine = x86Given([card('00:03.0', 0, 1024)], { cpus: 2 });
    allocate(machine, '00:03.0', ordinary(202 + 2));
    request(machine, '00:03.0', 0, 203);
    const before = machine.state;
    expect(offline(machine, 1)).toBe('ENOSPC');
    expect(machine.state).toBe(before);
    expect(offline(machine, 0)).toBe('EPERM');
    expect(offline(machine, 7)).toBe('EINVAL');
  });

  it('give their vectors to the others, for good', () => {
    const machine = x86Given([card('00:03.0', 0, 8)], { cpus: 2 });
    allocate(machine, '00:03.0', ordinary(4));
    request(machine, '00:03.0', 0, 3);
    expect(places(machine, '00:03.0')).toEqual(['0:33', '1:33', '0:34', '1:34']);
    expect(offline(machine, 1)).toBeUndefined();
    expect(places(machine, '00:03.0')).toEqual(['0:33', '0:35', '0:34', '0:36']);
    online(machine, 1);
    expect(places(machine, '00:03.0')).toEqual(['0:33', '0:35', '0:34', '0:36']);
  });

  it('take managed interrupts of their own down with them, and bring them back', () => {
    const machine = x86Given([card('00:03.0', 0, 8)], { cpus: 2 });
    allocate(machine, '00:03.0', managed);
    request(machine, '00:03.0', 0, 1);
    offline(machine, 1);
    expect(places(machine, '00:03.0')).toEqual(['0:33', 'none']);
    online(machine, 1);
    expect(places(machine, '00:03.0')).toEqual(['0:33', '1:33']);
  });

  it('count one vector too many after one was set aside while they were offline', () => {
    const machine = x86Given([card('00:03.0', 0, 8)], { cpus: 2 });
    offline(machine, 1);
    allocate(machine, '00:03.0', managed);
    expect(request(machine, '00:03.0', 0, 1)).toBeUndefined();
    expect(places(machine, '00:03.0')).toEqual(['0:33', 'none']);
    online(machine, 1);
    expect(apic(machine).matrix.cpus.map(({ available }) => available)).toEqual([200, 201]);
  });
});

describe('affinity', () => {
  it('with remapping moves at once, and fails where there is no room', () => {
    const machine = x86Given([card('00:03.0', 0, 1024)], { cpus: 2, remapping: 'intel' });
    allocate(machine, '00:03.0', ordinary(202));
    request(machine, '00:03.0', 0, 0);
    expect(move(machine, '00:03.0', 0, [1])).toBeUndefined();
    expect(places(machine, '00:03.0')[0]).toBe('1:33');
    machine.state = setDefaultAffinity(machine.state, [0]).state;
    request(machine, '00:03.0', 1, 201);
    expect(move(machine, '00:03.0', 0, [0])).toBe('ENOSPC');
    expect(places(machine, '00:03.0')[0]).toBe('1:33');
    expect(move(machine, '00:03.0', 0, [9])).toBe('ERANGE');
  });

  it('without it is accepted, and the vector stays until an interrupt comes', () => {
    const machine = x86Given([card('00:03.0', 0, 8)], { cpus: 2 });
    allocate(machine, '00:03.0', ordinary(1));
    request(machine, '00:03.0', 0);
    expect(move(machine, '00:03.0', 0, [1])).toBeUndefined();
    expect(places(machine, '00:03.0')).toEqual(['0:33']);
  });

  it('by default is a wish: full CPUs are left with a warning', () => {
    const machine = x86Given([card('00:03.0', 0, 1024)], { cpus: 2, given: { defaultAffinity: '0' } });
    allocate(machine, '00:03.0', ordinary(202));
    expect(request(machine, '00:03.0', 0, 201)).toBeUndefined();
    expect(apic(machine).matrix.cpus.map(({ available }) => available)).toEqual([0, 200]);
    expect(apic(machine).interrupts.get(24 + 201)?.mask).toEqual([0]);
  });

  it('prefers the CPUs of the function’s node', () => {
    const nodes = [
      { node: 0, cpus: '0-1' },
      { node: 1, cpus: '2-3' },
    ];
    const machine = x86Given([card('00:03.0', 0, 8, { node: 1 })], { cpus: 4, given: { nodes } });
    allocate(machine, '00:03.0', ordinary(3));
    request(machine, '00:03.0', 0, 2);
    expect(places(machine, '00:03.0')).toEqual(['2:33', '3:33', '2:34']);
    expect(apic(machine).interrupts.get(24)?.mask).toEqual([2, 3]);
  });
});

describe('a function outside every remapping unit', () => {
  const outside = card('00:1c.0', 32, 0, { msiDomain: 'none' });

  it.each([
    ['linux-6.1', 'ENODEV'],
    ['linux-6.12', 'ENOTSUPP'],
    ['linux-7.2', 'ENOTSUPP'],
  ])('has no MSI on %s: %s', (os, errno) => {
    const machine = x86Given([outside], { os, remapping: 'intel' });
    expect(allocate(machine, '00:1c.0', { modes: ['msi'], min: 1, max: 32 }).errno).toBe(errno);
  });
});

describe('dynamic MSI-X', () => {
  it('adds entries from 6.2 on', () => {
    const old = x86Given([card('00:03.0', 0, 8)]);
    allocate(old, '00:03.0', ordinary(2));
    expect(allocateAt(old.state, old.fn('00:03.0'), 'any').errno).toBe('ENOTSUPP');
    const machine = x86Given([card('00:03.0', 0, 8)], { os: 'linux-6.12', remapping: 'intel' });
    allocate(machine, '00:03.0', ordinary(2));
    const added = allocateAt(machine.state, machine.fn('00:03.0'), 'any');
    expect([added.index, added.errno]).toEqual([2, undefined]);
    machine.state = added.state;
    expect(apic(machine).matrix.reserved).toBe(3);
    expect(functionState(machine.state, machine.fn('00:03.0')).vectors.map(({ data }) => data)).toEqual([0, 2]);
  });
});
