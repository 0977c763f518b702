import { describe, expect, it } from 'vitest';
import { claimedSources } from '../../../../server/src/controllers/spapr/source-space.ts';
import type { Machine, Request } from '../../../../server/src/model/machine.ts';
import { placeMachine } from '../../../../server/src/pci/placement.ts';
import { type BootTrace, bootAfter } from '../../../../server/src/timeline/boot.ts';
import { unplug } from '../../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../../server/src/timeline/log.ts';
import { countVectors, functionState, isPresent } from '../../../../server/src/timeline/state.ts';
import { allocate, card, exactly, firmwareOf, free, pseries, rebind } from './given.ts';

const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'];

/** Every function with a 32-bit MSI capability. */
const only32Bit = (machine: Machine): Machine => ({
  ...machine,
  hostBridges: machine.hostBridges.map((bridge) => ({
    ...bridge,
    children: bridge.children.map((node) => ({
      ...node,
      capabilities: { ...node.capabilities, msi64bit: false },
    })),
  })),
});

describe('Linux on pseries', () => {
  it.each(systems)('gets one message of a multi-message function: %s', (os) => {
    const machine = pseries([card('01.0', 16, 0)], { os });
    expect(allocate(machine, '01.0', { modes: ['msi'], min: 4, max: 16 }).errno).toBe('ENOSPC');
    expect(allocate(machine, '01.0', { modes: ['msi'], min: 1, max: 16 }).granted).toBe(1);
  });

  it.each([
    ['linux-6.1', 'ENOTSUPP'],
    ['linux-6.12', 'EINVAL'],
    ['linux-7.2', 'EINVAL'],
  ])('refuses gaps between MSI-X entries: %s', (os, errno) => {
    const machine = pseries([card('01.0', 0, 64)], { os });
    expect(allocate(machine, '01.0', { min: 2, max: 2, entries: [0, 2] }).errno).toBe(errno);
    expect(allocate(machine, '01.0', { min: 2, max: 2, entries: [0, 1] }).granted).toBe(2);
  });

  it.each(systems)('has no function for 32-bit addresses and falls back to INTx: %s', (os) => {
    const machine = pseries([card('01.0', 1, 0)], { os, adjust: only32Bit });
    const errno = os === 'linux-7.2' ? 'ENODEV' : 'ESRCH';
    expect(allocate(machine, '01.0', { modes: ['msi'] }).errno).toBe(errno);
    expect(allocate(machine, '01.0', { modes: ['msi', 'intx'] }).mode).toBe('intx');
  });

  it('releases with the vectors up to 6.12, with the domain on 7.2', () => {
    const taken = (os: string) => {
      const machine = pseries([card('01.0', 0, 64)], { os });
      exactly(machine, '01.0', 3);
      const held = firmwareOf(machine).blocks.size;
      free(machine, '01.0');
      const freed = firmwareOf(machine).blocks.size;
      rebind(machine, '01.0');
      return [held, freed, firmwareOf(machine).blocks.size];
    };
    expect(taken('linux-6.1')).toEqual([1, 0, 0]);
    expect(taken('linux-6.12')).toEqual([1, 0, 0]);
    expect(taken('linux-7.2')).toEqual([1, 1, 0]);
  });

  it('7.2: a domain may allocate what its quota was, and a range gets that many', () => {
    const functions = [card('01.0', 0, 2048), card('02.0', 0, 2048)];
    const machine = pseries(functions, { os: 'linux-7.2' });
    expect(exactly(machine, '01.0', 2048).errno).toBe('ENOSPC');
    expect(allocate(machine, '01.0', { min: 1, max: 2048 }).granted).toBe(1664);
    rebind(machine, '01.0');
    expect(firmwareOf(machine).granted.size).toBe(0);
  });

  it('keeps managed vectors for their CPUs', () => {
    const machine = pseries([card('01.0', 0, 64)], { cpus: 4 });
    const { vectors } = allocate(machine, '01.0', { min: 1, max: 64, affinity: { pre: 1, post: 0, sets: 1 } });
    expect(vectors.map(({ index, hwirq, mask }) => [index, hwirq, mask])).toEqual([
      [0, 0x1300, undefined],
      [1, 0x1301, [0]],
      [2, 0x1302, [1]],
      [3, 0x1303, [2]],
      [4, 0x1304, [3]],
    ]);
  });

  it('gets no answer when QEMU aborts, and nothing happens after that', () => {
    const functions = [card('01.0', 0, 2048), card('02.0', 0, 64), card('03.0', 0, 64, 1)];
    const machine = pseries([...functions, card('04.0', 0, 2048, 1)], { hostBridges: 2 });
    exactly(machine, '01.0', 2048);
    const aborted = exactly(machine, '0001:00:04.0', 2048);
    expect([aborted.errno, aborted.granted, aborted.mode]).toEqual(['abort', 0, 'none']);
    expect(machine.state.aborted).toBe('source number beyond the last one');
    expect(allocate(machine, '02.0', { modes: ['msix', 'msi', 'intx'] }).errno).toBe('abort');
    expect(functionState(machine.state, machine.fn('02.0')).mode).toBe('none');
  });

  it('cannot have a function of an old machine type taken out by a new QEMU', () => {
    const take = (type: string, vmm: string) => {
      const machine = pseries([card('01.0', 0, 64)], { type, vmm });
      exactly(machine, '01.0', 4);
      machine.state = unplug(machine.state, machine.fn('01.0'), newLog());
      return [machine.state.aborted, isPresent(machine.state, machine.fn('01.0')), firmwareOf(machine).blocks.size];
    };
    expect(take('pseries-7.2', 'qemu-7.2')).toEqual([undefined, false, 0]);
    expect(take('pseries-3.1', 'qemu-7.2')).toEqual(['removal of the function', true, 0]);
    expect(take('pseries-3.1', 'qemu-3.1')).toEqual([undefined, false, 0]);
  });

  it('explains a block by the request, the rounding and the place', () => {
    const { whys } = exactly(pseries([card('01.0', 0, 64)]), '01.0', 3);
    const texts = whys.flatMap((why) => why(0)).map(({ text }) => text);
    expect(texts).toContain('3 is rounded up to 4, as the quota allows it');
    expect(texts).toContain('sources 0x1300..0x1303: the lowest free that begin on an even number');
  });
});

/** The machine whose functions have tables of these sizes, and drivers that ask for a range up to the whole of theirs. */
const withTables = (machine: Machine, sizes: readonly number[]): Machine => ({
  ...machine,
  hostBridges: machine.hostBridges.map((bridge) => ({
    ...bridge,
    children: bridge.children.map((node, i) => ({
      ...node,
      driver: 'auto' as const,
      capabilities: { ...node.capabilities, msix: sizes[i] ?? 0 },
      plan: [{ call: 'allocate' as const, ladder: [upTo(sizes[i] ?? 0)] }],
    })),
  })),
});

const upTo = (max: number): Request => ({
  decl: undefined,
  mode: 'msix',
  min: 1,
  max,
  fallback: [],
  affinity: 'spread',
  pre: 0,
  post: 0,
  sets: 1,
  entries: undefined,
  irqs: undefined,
});

describe('a boot after a change', () => {
  it('is made anew from the first function on, as shares follow from all', () => {
    // More functions than an earlier boot keeps between two of its states.
    const slots = Array.from({ length: 80 }, (_, i) => `${(i >> 3).toString(16).padStart(2, '0')}.${i & 7}`);
    const { machine } = pseries(slots.map((slot) => card(slot, 0, 1))).state.topology;
    const ones = new Array<number>(78).fill(1);
    const before = withTables(machine, [2048, ...ones, 1]);
    const [bridge] = before.hostBridges;
    const changed = withTables(machine, [2048, ...ones, 2048]).hostBridges[0]?.children.at(-1);
    if (bridge === undefined || changed === undefined) throw new Error('no functions');
    const after = { ...before, hostBridges: [{ ...bridge, children: [...bridge.children.slice(0, -1), changed] }] };
    const granted = (one: Machine, earlier?: BootTrace) => {
      const trace = bootAfter(earlier, placeMachine(one).topology);
      return { vectors: countVectors(functionState(trace.end, 0).vectors), trace };
    };
    const first = granted(before);
    expect(first.vectors).toBe(2048);
    expect(granted(after, first.trace).vectors).toBe(1625);
    expect(granted(after).vectors).toBe(1625);
  });
});

describe('sources claimed at power on', () => {
  const claimed = (type: string, hostBridges = 1) =>
    claimedSources(firmwareOf(pseries([], { type, hostBridges })).space).map(
      ({ kind, run }) => `${kind} 0x${run.first.toString(16)}..0x${run.last.toString(16)}`,
    );

  it('stand in a range for each use from pseries-3.1 on', () => {
    expect(claimed('pseries-3.1')).toEqual(['msi 0x1000..0x1001', 'msi 0x1100..0x1102', 'lsi 0x1200..0x1203']);
    expect(claimed('pseries-7.2', 2)).toContain('lsi 0x1200..0x1207');
  });

  it('follow each other before', () => {
    const old = ['msi 0x1000..0x1002', 'lsi 0x1003..0x1006', 'msi 0x1007..0x1008'];
    expect(claimed('pseries-3.0')).toEqual(old);
    expect(claimed('pseries-2.12')).toEqual(old);
    expect(claimed('pseries-3.0', 2)).toEqual([...old, 'lsi 0x1009..0x100c']);
    expect(claimed('pseries-2.7')).toEqual(['msi 0x1000..0x1001', 'lsi 0x1002..0x1005', 'msi 0x1006..0x1007']);
  });
});
