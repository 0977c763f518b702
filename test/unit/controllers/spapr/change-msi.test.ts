import { describe, expect, it } from 'vitest';
import { changeMsi, type PciTarget, querySource } from '../../../../server/src/controllers/spapr/change-msi.ts';
import type { SpaprState } from '../../../../server/src/controllers/spapr/index.ts';
import { disagreements, migrationList, received } from '../../../../server/src/controllers/spapr/migration.ts';
import { firmwareOf, pseries } from './given.ts';

const network: PciTarget = { segment: 0, requesterId: 0x0008, messagesEnabled: 0, msixEntries: 2048 };
const disk: PciTarget = { segment: 0, requesterId: 0x0010, messagesEnabled: 0, msixEntries: 2048 };
const usb: PciTarget = { segment: 0, requesterId: 0x0018, messagesEnabled: 1, msixEntries: 16 };

const firmware = (type: string, vmm = 'qemu-7.2') => firmwareOf(pseries([], { type, vmm }));

/** The calls one after the other; the last answer. */
function ask(state: SpaprState, ...calls: readonly [PciTarget, number, number][]) {
  let current = state;
  let answer: ReturnType<typeof changeMsi>['answer'] | undefined;
  for (const [target, called, asked] of calls) ({ state: current, answer } = changeMsi(current, target, called, asked));
  return { state: current, answer };
}

describe('ibm,change-msi', () => {
  it('does nothing when more is asked than the function has, and keeps an earlier block', () => {
    const { state, answer } = ask(firmware('pseries-7.2'), [usb, 4, 8], [usb, 4, 17]);
    expect(answer).toEqual({ is: 'too-many', mode: 'msix', offered: 16 });
    expect(migrationList(state)).toEqual([{ segment: 0, requesterId: 0x18, first: 0x1300, count: 8 }]);
  });

  it('needs room for the new block beside the old one', () => {
    const full = ask(firmware('pseries-7.2'), [network, 4, 2048], [disk, 4, 1280]);
    expect(full.answer?.is).toBe('granted');
    expect(ask(full.state, [disk, 4, 1]).answer).toEqual({
      is: 'aborted',
      reason: 'source number beyond the last one',
    });
    const old = ask(firmware('pseries-3.0'), [network, 4, 600]);
    expect(ask(old.state, [network, 4, 500])).toEqual({ state: old.state, answer: { is: 'refused', status: -1 } });
  });

  it('knows functions 1, 3 and 4 only, and refuses a capability the function has not', () => {
    const state = firmware('pseries-7.2');
    for (const called of [0, 2, 5, 6, 7]) expect(ask(state, [usb, called, 1]).answer).toMatchObject({ status: -3 });
    expect(ask(state, [disk, 3, 1]).answer).toMatchObject({ status: -3 });
    expect(ask(state, [usb, 1, 1]).answer).toMatchObject({ is: 'granted', mode: 'msi' });
    expect(ask(state, [disk, 1, 1]).answer).toMatchObject({ is: 'granted', mode: 'msix' });
    expect(changeMsi(state, undefined, 4, 1).answer).toMatchObject({ status: -3 });
  });

  it('starts MSI-X on even numbers and MSI anywhere; old machine types the other way round', () => {
    const four = { ...usb, messagesEnabled: 4 };
    const even = ask(firmware('pseries-3.1'), [disk, 4, 1], [four, 3, 4], [network, 4, 1]);
    expect(migrationList(even.state).map(({ first }) => first)).toEqual([0x1306, 0x1300, 0x1301]);
    const old = ask(firmware('pseries-3.0'), [disk, 4, 1], [four, 3, 4], [network, 4, 1]);
    expect(migrationList(old.state).map(({ first }) => first)).toEqual([0x100a, 0x1009, 0x100c]);
  });

  it('aborts QEMU over an MSI count of an old machine type that is no power of two', () => {
    const many = { ...usb, messagesEnabled: 16 };
    expect(ask(firmware('pseries-3.0'), [many, 3, 5]).answer).toEqual({
      is: 'aborted',
      reason: 'MSI count is not a power of two',
    });
    expect(ask(firmware('pseries-7.2'), [many, 3, 5]).answer?.is).toBe('granted');
  });

  it('tells the sources of a slot whose function has gone once another is there', () => {
    const { state } = ask(firmware('pseries-7.2'), [disk, 4, 8]);
    expect(querySource(state, disk, false, 0).status).toBe(-3);
    expect(querySource(state, disk, true, 7)).toEqual({ status: 0, source: 0x1307 });
    expect(querySource(state, disk, true, 8).status).toBe(-1);
  });
});

describe('the device table up to QEMU 2.0', () => {
  const slot = (device: number): PciTarget => ({ ...disk, requesterId: device << 3 });
  const oldest = () => firmware('pseries-2.0', 'qemu-2.0');

  it('has 32 entries for each host bridge, and the 33rd function gets none', () => {
    let state = oldest();
    for (let device = 0; device < 32; device++) ({ state } = ask(state, [slot(device), 4, 2]));
    expect(state.blocks.size).toBe(32);
    expect(ask(state, [{ ...disk, requesterId: 0x100 }, 4, 2])).toEqual({
      state,
      answer: { is: 'refused', status: -1 },
    });
    expect(ask(state, [{ ...disk, segment: 1 }, 4, 2]).answer?.is).toBe('granted');
  });

  it('keeps a block when it says it released it, and takes no other count', () => {
    const first = ask(oldest(), [disk, 4, 4]);
    const released = ask(first.state, [disk, 1, 0]);
    expect(released).toEqual({ state: first.state, answer: { is: 'released', freed: undefined } });
    expect(ask(released.state, [disk, 4, 8]).answer).toEqual({ is: 'refused', status: -1 });
    expect(ask(released.state, [disk, 4, 4]).answer).toEqual({ ...first.answer });
  });
});

describe('migration', () => {
  it('takes each function’s first source and count along', () => {
    const source = ask(firmware('pseries-7.2'), [disk, 4, 4], [{ ...usb, segment: 0 }, 3, 1], [disk, 4, 8]).state;
    expect(migrationList(source)).toEqual([
      { segment: 0, requesterId: 0x10, first: 0x1306, count: 8 },
      { segment: 0, requesterId: 0x18, first: 0x1304, count: 1 },
    ]);
    const target = received(source, firmware('pseries-7.2'));
    expect(target && disagreements(source, target)).toEqual([]);
    expect(target?.space).toEqual(source.space);
  });

  it('is not possible between machines that number differently', () => {
    const source = firmware('pseries-3.0');
    expect(received(source, firmware('pseries-3.1'))).toBeUndefined();
    expect(disagreements(source, firmware('pseries-3.1'))).toEqual([{ on: 'numbering' }]);
    expect(disagreements(source, firmware('pseries-2.7'))).toEqual([{ on: 'boot-sources' }]);
  });

  it('names the function whose sources differ', () => {
    const here = ask(firmware('pseries-7.2'), [disk, 4, 4], [network, 4, 4]).state;
    const there = ask(firmware('pseries-7.2'), [network, 4, 4], [disk, 4, 4]).state;
    expect(disagreements(here, there).map((one) => one.on === 'function' && one.slot.requesterId)).toEqual([8, 16]);
  });
});
