import { describe, expect, it } from 'vitest';
import { type ImsicState, placesOf } from '../../../server/src/controllers/riscv-imsic/index.ts';
import { bringCpuOnline, takeCpuOffline } from '../../../server/src/timeline/cpus.ts';
import { freeVectors } from '../../../server/src/timeline/free.ts';
import { requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { allocateIn, type SpecMachine, specGiven, vectorsOf } from './spec-given.ts';

const machine = (cpus: number, identities = 63, os = 'linux-7.2') =>
  specGiven(`machine m { os = ${os}; cpus = ${cpus} }
interrupt-controller imsic : riscv-imsic { identities = ${identities} }
host-bridge pci {
  endpoint a at 01.0 { msix = 256; msi = 8; driver = none }
  endpoint b at 02.0 { msix = 256; driver = none }
}`);

function imsicOf({ state }: SpecMachine): ImsicState {
  const [own] = state.controllers;
  if (own?.type !== 'riscv-imsic') throw new Error('no IMSIC');
  return own;
}

/** `cpu:identity` of each vector, in order. */
const places = (given: SpecMachine, name: string) =>
  vectorsOf(given, name)
    .flatMap((run) => placesOf(imsicOf(given), run))
    .map(({ cpu, identity }) => `${cpu}:${identity}`);

describe('an allocation', () => {
  it('takes the lowest identity, from 2 on, of the CPU with the most left, the lowest CPU among equals', () => {
    const given = machine(3);
    allocateIn(given, 'a', { max: 5 });
    expect(places(given, 'a')).toEqual(['0:2', '1:2', '2:2', '0:3', '1:3']);
    allocateIn(given, 'b', { max: 2 });
    expect(places(given, 'b')).toEqual(['2:3', '0:4']);
    given.state = freeVectors(given.state, given.fn('a')).state;
    allocateIn(given, 'a', { max: 3 });
    expect(places(given, 'a')).toEqual(['1:2', '0:2', '1:3']);
  });

  it('has all CPUs together, and what is left when it asks for more', () => {
    const given = machine(2);
    expect(allocateIn(given, 'a', { max: 130 }).granted).toBe(124);
    expect(allocateIn(given, 'b', { max: 1 })).toMatchObject({ granted: 0, errno: 'ENOSPC' });
  });

  it('is of one MSI message at most', () => {
    const given = machine(1);
    expect(allocateIn(given, 'a', { modes: ['msi'], min: 1, max: 8 }).granted).toBe(1);
    expect(allocateIn(machine(1), 'a', { modes: ['msi'], min: 2, max: 8 }).errno).toBe('ENOSPC');
  });

  it('that keeps vectors for CPUs takes them anywhere; each moves to its own CPU with its handler', () => {
    const given = machine(4);
    allocateIn(given, 'a', { min: 2, max: 5, affinity: { pre: 1, post: 0, sets: 1 } });
    expect(places(given, 'a')).toEqual(['0:2', '1:2', '2:2', '3:2', '0:3']);
    given.state = requestIrqs(given.state, given.fn('a'), 0, 4).state;
    expect(places(given, 'a')).toEqual(['0:2', '0:4', '1:2', '2:2', '3:2']);
  });
});

describe('a CPU that goes', () => {
  it('hands on what has handlers, and keeps the rest', () => {
    const given = machine(2);
    allocateIn(given, 'a', { max: 4 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 1).state;
    given.state = takeCpuOffline(given.state, 1).state;
    expect(places(given, 'a')).toEqual(['0:2', '0:4', '0:3', '1:3']);
    given.state = bringCpuOnline(given.state, 1).state;
    expect(places(given, 'a')).toEqual(['0:2', '0:4', '0:3', '1:3']);
    given.state = takeCpuOffline(given.state, 1).state;
    given.state = requestIrqs(given.state, given.fn('a'), 3, 3).state;
    expect(places(given, 'a')[3]).toBe('0:5');
  });

  it('is never held back: without room elsewhere its interrupts are lost', () => {
    const given = machine(2);
    allocateIn(given, 'a', { max: 124 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 123).state;
    const before = places(given, 'a');
    const gone = takeCpuOffline(given.state, 1);
    expect(gone.errno).toBeUndefined();
    expect(gone.effects).toHaveLength(62);
    expect(gone.effects[0]).toEqual({ does: 'warn', warning: { code: 'set-affinity-failed', cpu: 1 } });
    given.state = gone.state;
    expect(places(given, 'a')).toEqual(before);
  });

  it('shuts down managed interrupts that are for it alone, and starts them when it is back', () => {
    const given = machine(2);
    allocateIn(given, 'a', { min: 2, max: 2, affinity: { pre: 0, post: 0, sets: 1 } });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 1).state;
    given.state = takeCpuOffline(given.state, 1).state;
    expect(places(given, 'a')).toEqual(['0:2', '1:2']);
    given.state = bringCpuOnline(given.state, 1).state;
    expect(places(given, 'a')).toEqual(['0:2', '1:2']);
  });

  it('cannot be the last one, nor one that is not there', () => {
    const given = machine(2);
    given.state = takeCpuOffline(given.state, 0).state;
    expect(takeCpuOffline(given.state, 1).errno).toBe('EBUSY');
    expect(takeCpuOffline(given.state, 0).errno).toBe('EINVAL');
    expect(bringCpuOnline(given.state, 1).errno).toBe('EINVAL');
    expect(takeCpuOffline(given.state, 7).errno).toBe('EINVAL');
  });
});

describe('the user who moves an interrupt', () => {
  const full = (os: string) => {
    const given = machine(2, 63, os);
    allocateIn(given, 'a', { max: 124 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 123).state;
    return given;
  };

  it('has it stay where it may, and go to the lowest identity elsewhere', () => {
    const given = machine(3);
    allocateIn(given, 'a', { max: 2 });
    given.state = requestIrqs(given.state, given.fn('a'), 0, 1).state;
    given.state = setAffinity(given.state, given.fn('a'), 0, [0, 2]).state;
    expect(places(given, 'a')).toEqual(['0:2', '1:2']);
    given.state = setAffinity(given.state, given.fn('a'), 0, [1]).state;
    expect(places(given, 'a')).toEqual(['1:3', '1:2']);
    expect(setAffinity(given.state, given.fn('a'), 0, [5]).errno).toBe('EINVAL');
  });

  it('is told of a full CPU up to 6.15, and not from 6.16 on', () => {
    const old = full('linux-6.12');
    expect(setAffinity(old.state, old.fn('a'), 0, [1]).errno).toBe('ENOSPC');
    const given = full('linux-6.16');
    const moved = setAffinity(given.state, given.fn('a'), 0, [1]);
    expect(moved.errno).toBeUndefined();
    expect(functionState(moved.state, given.fn('a')).vectors).toEqual(vectorsOf(given, 'a'));
  });
});
