import { describe, expect, it } from 'vitest';
import { affinityVectors, spreadMasks } from '../../../server/src/timeline/affinity.ts';
import { callReasons } from '../../../server/src/timeline/reasons.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { allocate, commands, endpoint, free, given, rootPort } from './given.ts';

const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'];

describe.each(systems)('pci_alloc_irq_vectors, %s', (os) => {
  const both = endpoint('both', '01.0', 4, 8);
  const bare = endpoint('bare', '02.0', 0, 0);

  it.each([
    ['a minimum above the table', 'both', { min: 9, max: 16 }, 'ENOSPC'],
    ['a minimum above the messages', 'both', { modes: ['msi'], min: 5, max: 8 }, 'ENOSPC'],
    ['a minimum above the maximum', 'both', { min: 3, max: 2 }, 'ERANGE'],
    ['no vectors', 'both', { min: 0, max: 0 }, 'EINVAL'],
    ['no capability', 'bare', { modes: ['msix', 'msi'] }, 'EINVAL'],
    ['nothing allowed', 'both', { modes: [] }, 'ENOSPC'],
    ['INTx alone with a minimum of two', 'both', { modes: ['intx'], min: 2, max: 2 }, 'ENOSPC'],
  ] as const)('%s', (_, id, request, errno) => {
    const machine = given([both, bare], { os });
    const allocation = allocate(machine, id, request);
    expect(allocation.errno).toBe(errno);
    expect(allocation.effects).toEqual([]);
  });

  it('returns the error of the last type tried', () => {
    const machine = given([endpoint('messages', '01.0', 4, 0)], { os });
    expect(allocate(machine, 'messages', { modes: ['msix', 'msi'], min: 8, max: 8 }).errno).toBe('ENOSPC');
    expect(allocate(machine, 'messages', { modes: ['msix'], min: 8, max: 8 }).errno).toBe('EINVAL');
  });

  it('refuses a second call, but for INTx returns 1 and changes nothing', () => {
    const machine = given([both], { os });
    allocate(machine, 'both', { min: 3, max: 3 });
    const before = machine.state;
    expect(allocate(machine, 'both', {}).errno).toBe('EINVAL');
    expect(allocate(machine, 'both', { modes: ['msi'] }).errno).toBe('EINVAL');
    const hidden = allocate(machine, 'both', { modes: ['msix', 'msi', 'intx'] });
    expect([hidden.granted, hidden.mode, hidden.effects.length]).toEqual([1, 'msix', 0]);
    expect(machine.state).toBe(before);
  });

  it('tells what led to the numbers', () => {
    const machine = given([rootPort('port', '01.0'), endpoint('card', '00.0', 0, 5, 'port')], { os });
    const allocation = allocate(machine, 'card', { min: 5, max: 5 });
    const reasons = callReasons(machine.state, allocation).map(({ text }) => text);
    expect(reasons[0]).toContain('0x0100');
    expect(reasons).toContain('the next power of two is 8');
    expect(reasons.at(-1)).toBe('events 0..4 of 8 are LPIs 8193..8197');
  });
});

describe('per-device domains', () => {
  const both = endpoint('both', '01.0', 16, 16);

  it('7.2 exchanges the table when the type changes', () => {
    const machine = given([both]);
    allocate(machine, 'both', { min: 2, max: 2 });
    free(machine, 'both');
    expect(commands(allocate(machine, 'both', { modes: ['msi'] }).effects)).toEqual([
      'MAPD 8 invalid',
      'MAPD 8 events 16 lpis 8192+16 of 16',
      'MAPTI 8 events 0 lpis 8192',
    ]);
  });

  it('6.12 sizes MSI by the request, MSI-X by the table', () => {
    const machine = given([both], { os: 'linux-6.12' });
    expect(commands(allocate(machine, 'both', { modes: ['msi'] }).effects)[0]).toBe('MAPD 8 events 2 lpis 8192+1 of 1');
    free(machine, 'both');
    expect(commands(allocate(machine, 'both', {}).effects)[0]).toBe('MAPD 8 events 16 lpis 8192+16 of 16');
  });
});

describe('handlers', () => {
  it('take the mapping along when they go, and bring it back', () => {
    const machine = given([endpoint('card', '01.0', 0, 4)]);
    allocate(machine, 'card', { min: 4, max: 4 });
    const fn = machine.fn('card');
    const requested = requestIrqs(machine.state, fn, 1, 2);
    expect(requested.effects).toEqual([]);
    const released = releaseIrqs(requested.state, fn, 0, 3);
    expect(commands(released.effects)).toEqual(['DISCARD 8 events 1..2']);
    const again = requestIrqs(released.state, fn, 2, 2);
    expect(commands(again.effects)).toEqual(['MAPTI 8 events 2 lpis 8194']);
    expect(requestIrqs(again.state, fn, 4, 4).errno).toBe('EINVAL');
    machine.state = again.state;
    expect(commands(free(machine, 'card').effects)).toEqual(['DISCARD 8 events 0', 'DISCARD 8 events 2..3']);
  });

  it('move between CPUs', () => {
    const machine = given([endpoint('card', '01.0', 0, 4)], { cpus: 2 });
    allocate(machine, 'card', { min: 2, max: 2 });
    const moved = setAffinity(machine.state, machine.fn('card'), 0, [1]);
    expect(commands(moved.effects)).toEqual(['MOVI 8 event 0 cpu 1']);
    expect(setAffinity(moved.state, machine.fn('card'), 0, [1]).effects).toEqual([]);
    expect(setAffinity(moved.state, machine.fn('card'), 0, [7]).errno).toBe('EINVAL');
  });
});

describe('queue vectors', () => {
  it('are one per possible CPU besides pre and post', () => {
    expect(affinityVectors({ pre: 1, post: 0, sets: 1 }, 8, 1, 16)).toBe(9);
    expect(affinityVectors({ pre: 2, post: 1, sets: 1 }, 8, 2, 16)).toBe(0);
    expect(affinityVectors({ pre: 1, post: 0, sets: 2 }, 8, 1, 16)).toBe(16);
  });

  it('have masks in order, larger groups first', () => {
    expect(spreadMasks(3, 4)).toEqual([[0, 1], [2], [3]]);
    expect(spreadMasks(1, 4)).toEqual([[0, 1, 2, 3]]);
    expect(spreadMasks(3, 2)).toEqual([[0], [1], [0]]);
  });
});
