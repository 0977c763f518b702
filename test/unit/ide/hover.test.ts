import { describe, expect, it } from 'vitest';
import { bootAllocation } from '../../../server/src/ide/allocation.ts';
import { allocationText } from '../../../server/src/ide/allocation-text.ts';
import { hoverAt } from '../../../server/src/ide/hover.ts';
import { analysisOf, cursorIn, machine } from './spec.ts';

/** What is said at the bar. */
function said(marked: string): string {
  const { text, offset } = cursorIn(marked);
  return hoverAt(analysisOf(text), offset)?.markdown ?? '';
}

const SHARED = `  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      endpoint nic1 : virtio-net-pci at 02.0
      hotplug endpoint late at 03.0 { msix = 4; request msix { vectors = 4 } }
    }
  }`;

describe('hover', () => {
  it('tells the numbers of a function and the chain that led to them', () => {
    const text = said(machine(SHARED.replace('nic0', '|nic0')));
    expect(text).toContain('**02:01.0: MSI-X 3** after the boot');
    expect(text).toMatch(/EventIDs 0\.\.2 of DeviceID 0x0200 are LPIs \d+\.\.\d+/);
    expect(text).toContain('br0 signals for all below as device 00.0 of its secondary bus: 02:00.0 (0x0200)');
    expect(text).toContain('Shared, in the order of their events, by nic0, nic1.');
  });

  it('tells of a bridge what is behind it and what is left', () => {
    const text = said(machine(SHARED.replace('br0', '|br0')));
    expect(text).toContain('Behind it: bus 02.');
    expect(text).toContain('one DeviceID, 0x0200');
    expect(text).toMatch(/8 entries and LPIs \d+\.\.\d+, made when nic0 asked: 6 in use, 2 free/);
  });

  it('speaks of the moment of a scenario that it stands in', () => {
    const scenario = 'scenario s {\n  plug late\n  expect late { error = ENOSPC }\n}';
    const at = (needle: string) => said(machine(SHARED, scenario.replace(needle, `|${needle}`)));
    expect(at('late')).toContain('**02:03.0: -ENOSPC: asked for MSI-X 4** after this step');
    expect(at('plug')).toContain('This step:\n- late: -ENOSPC');
    expect(at('error')).toContain('Found:\n- late: ENOSPC');
  });

  it('lists the elements of an array', () => {
    const text = said(machine('  root-port rp[20] at 01.0 { endpoint |nic : virtio-net-pci }'));
    expect(text).toContain('20 elements, after the boot:');
    expect(text).toContain('nic[0] : virtio-net-pci');
    expect(text).toContain('… and 4 more');
  });

  it.each([
    ['machine |m', 'Linux 6.1'],
    ['interrupt-controller |gic', 'LPIs are reserved'],
    ['its |its0', 'DeviceIDs have tables'],
    ['host-bridge |pcie0', 'ECAM of 256MiB: 256 buses'],
    ['|machine', '**machine** — '],
    ['os = |linux-6.1', 'follows the rules of Linux 6.1'],
    ['|os = linux-6.1', '**os** — '],
    ['gic : |gicv3', '**gicv3** — '],
    ['nic0 : |virtio-net-pci', 'MSI-X table: '],
    ['|hotplug endpoint', 'Absent at boot'],
    ['request |msix', '**msix** — '],
  ])('has something to say at %s', (marked, expected) => {
    const needle = marked.replace('|', '');
    expect(said(machine(SHARED).replace(needle, marked))).toContain(expected);
  });

  it('says nothing in comments and blanks', () => {
    expect(said(machine(SHARED).replace('A test', 'A |test'))).toBe('');
    expect(said(`${machine(SHARED)}|`)).toBe('');
  });
});

describe('the allocation', () => {
  it('has a row for each function, in the order of requester IDs', () => {
    const { functions, controllers } = bootAllocation(analysisOf(machine(SHARED)));
    expect(functions.map(({ name, requesterId, deviceId }) => [name, requesterId, deviceId])).toEqual([
      ['rp0', 0x0008, 0x0008],
      ['br0', 0x0100, 0x0100],
      ['nic0', 0x0208, 0x0200],
      ['nic1', 0x0210, 0x0200],
      ['late', undefined, undefined],
    ]);
    expect(controllers).toEqual([{ name: 'gic', type: 'gicv3', interrupts: { kind: 'LPIs', used: 10, free: 57334 } }]);
  });

  it('is an aligned text', () => {
    const lines = allocationText(analysisOf(machine(SHARED)))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines).toHaveLength(7);
  });
});
