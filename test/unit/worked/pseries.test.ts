import { describe, expect, it } from 'vitest';
import { allocate, calls, card, exactly, firmwareOf, type Pseries, pseries } from '../controllers/spapr/given.ts';

/** nvme with a table of 65, virtio-net with 4, edu with one MSI, e1000e with 5. */
const functions = [card('01.0', 0, 65), card('02.0', 0, 4), card('03.0', 1, 0), card('04.0', 0, 5)];

/** First and last source of each function's block. */
function blocks(machine: Pseries): string[] {
  return [...firmwareOf(machine).blocks.values()].map(
    ({ first, count }) => `0x${first.toString(16)}..0x${(first + count - 1).toString(16)}`,
  );
}

function askAll(machine: Pseries): string[][] {
  return [
    calls(exactly(machine, '01.0', 5)),
    calls(exactly(machine, '02.0', 3)),
    calls(allocate(machine, '03.0', { modes: ['msi'] })),
    calls(exactly(machine, '04.0', 5)),
  ];
}

describe('four functions on pseries', () => {
  it.each(['linux-6.1', 'linux-6.12'])('get powers of two of what they ask for, where the table has them: %s', (os) => {
    const machine = pseries(functions, { os });
    expect(askAll(machine)).toEqual([
      ['4 8 granted 0x1300'],
      ['4 4 granted 0x1308'],
      ['3 1 granted 0x130c'],
      ['4 8 too-many', '4 5 granted 0x130e'],
    ]);
    expect(blocks(machine)).toEqual(['0x1300..0x1307', '0x1308..0x130b', '0x130c..0x130c', '0x130e..0x1312']);
    expect(machine.state.controllers).toHaveLength(1);
  });

  it('get their whole tables on 7.2, and vectors for what they ask', () => {
    const machine = pseries(functions, { os: 'linux-7.2' });
    expect(askAll(machine)).toEqual([
      ['4 128 too-many', '4 65 granted 0x1300'],
      ['4 4 granted 0x1342'],
      ['3 1 granted 0x1341'],
      ['4 8 too-many', '4 5 granted 0x1346'],
    ]);
    expect(blocks(machine)).toEqual(['0x1300..0x1340', '0x1342..0x1345', '0x1341..0x1341', '0x1346..0x134a']);
  });

  it('get unaligned blocks after the boot’s sources on pseries-3.0', () => {
    const machine = pseries(functions, { type: 'pseries-3.0' });
    askAll(machine);
    expect(blocks(machine)).toEqual(['0x1009..0x1010', '0x1011..0x1014', '0x1015..0x1015', '0x1016..0x101a']);
  });
});

describe('large tables on pseries', () => {
  const large = [card('01.0', 0, 2048), card('02.0', 0, 2048), card('03.0', 0, 64), card('04.0', 16, 16)];

  it.each([
    ['pseries-7.2', 1624],
    ['pseries-3.0', 472],
  ])('share what the small ones leave: %s', (type, quota) => {
    const machine = pseries(large, { type });
    expect(allocate(machine, '01.0', { min: 1, max: 2048 }).granted).toBe(quota);
    expect(allocate(machine, '02.0', { min: 1, max: 2048 }).granted).toBe(quota);
    expect(exactly(pseries(large, { type }), '01.0', quota + 1).errno).toBe('ENOSPC');
  });

  it('are refused with the firmware’s -1 on pseries-3.0 when the quota allows more than there is', () => {
    const machine = pseries(large, { type: 'pseries-3.0' });
    for (const name of ['01.0', '02.0', '03.0']) allocate(machine, name, { min: 1, max: 2048 });
    expect(exactly(machine, '04.0', 16).errno).toBe('EPERM');
    expect(allocate(machine, '04.0', { min: 1, max: 16 }).errno).toBe('EPERM');
    expect(allocate(machine, '04.0', { modes: ['msix', 'msi', 'intx'], min: 1, max: 16 })).toMatchObject({
      mode: 'msi',
      granted: 1,
    });
  });
});
