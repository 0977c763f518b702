/** What the two ends of a migration disagree about, and what a guest goes on with. */
import { describe, expect, it } from 'vitest';
import { analyseNow } from '../../../server/src/analysis/index.ts';
import { differenceText } from '../../../server/src/rules/migration-words.ts';
import { endOf } from '../../../server/src/timeline/migration/difference.ts';
import { MAIN, sourcesOf } from '../model/specs.ts';

function migrated(here: string, there: string, steps = '') {
  const main = `${here}\nscenario s {\n${steps}\n  migrate { to = "there.irqtopo" }\n}\n`;
  const analysis = analyseNow(sourcesOf({ 'main.irqtopo': main, 'there.irqtopo': there }), MAIN);
  const step = analysis.runs[0]?.steps.at(-1);
  if (step?.migration === undefined) throw new Error('nothing moved');
  const { differences, from } = step.migration;
  return {
    state: step.state,
    told: differences.map((one) => `${endOf(one)}: ${differenceText(one, from, step.state.topology)}`),
  };
}

const card = 'root-port p at 01.0 { endpoint nic { msix = 40; request msix { vectors = 40 } } }';
const bridge = (body: string) => `host-bridge h { ${body} }`;

describe('controllers at both ends', () => {
  it.each([
    [
      'an ITS with too few bits for what is in use',
      'interrupt-controller g : gicv3 { its i }',
      'interrupt-controller g : gicv3 { its i { device-id-bits = 8; event-id-bits = 5 } }',
      ['lost: the DeviceIDs: 256 in use here, 8 bits there', 'lost: the EventIDs: 63 in use here, 5 bits there'],
    ],
    [
      'an ITS with enough of them',
      'interrupt-controller g : gicv3 { its i }',
      'interrupt-controller g : gicv3 { its i { device-id-bits = 9; event-id-bits = 6 } }',
      [],
    ],
    [
      'fewer LPIs',
      'interrupt-controller g : gicv3 { its i }',
      'interrupt-controller g : gicv3 { lpi-limit = 40; its i }',
      ['lost: the LPIs: 8256 in use here, the last one is 8231 there'],
    ],
    [
      'an IOMMU that is not there',
      'interrupt-controller a : x86-apic { remapping = intel }',
      'interrupt-controller a : x86-apic',
      ['refused: the interrupt remapping: intel here, none there'],
    ],
    [
      'an IOMMU that the guest does not know',
      'interrupt-controller a : x86-apic',
      'interrupt-controller a : x86-apic { remapping = intel }',
      [],
    ],
    [
      'identities of an IMSIC',
      'interrupt-controller i : riscv-imsic { identities = 127 }',
      'interrupt-controller i : riscv-imsic { identities = 63 }',
      ['refused: the identities that devices can have: 126 here, 62 there'],
    ],
    [
      'another controller',
      'interrupt-controller v : gicv2m',
      'interrupt-controller g : gicv3 { its i }',
      ['refused: the interrupt controller is gicv2m here and gicv3 there'],
    ],
    [
      'another pseries host bridge',
      'interrupt-controller x : spapr-xive { machine-version = pseries-7.2 }',
      `interrupt-controller x : spapr-xive { machine-version = pseries-7.2 }\nhost-bridge more { segment = 1 }`,
      [
        'refused: the sources taken at power on: lines 0x1200..0x1203; others 0x0, 0x1000..0x1001, 0x1100..0x1102 here, lines 0x1200..0x1207; others 0x0, 0x1000..0x1001, 0x1100..0x1102 there',
      ],
    ],
  ])('%s', (_, here, there, expected) => {
    const { told, state } = migrated(`${here}\n${bridge(card)}`, `${there}\n${bridge(card)}`);
    expect(told).toEqual(expected);
    expect(state.lastErrno).toBe(expected.some((text) => text.startsWith('refused')) ? 'EINVAL' : 'none');
  });
});

describe('functions at both ends', () => {
  const its = 'interrupt-controller g : gicv3 { its i }';

  it('are found by their places, whatever they and the bridges above are called, and whatever buses were first', () => {
    const here = `${its}\n${bridge('root-port a at 01.0\nroot-port b at 02.0 { endpoint nic { msix = 2 } }')}`;
    const there = `${its}\n${bridge('root-port y at 02.0 { endpoint card { msix = 2 } }\nroot-port x at 01.0')}`;
    const { told, state } = migrated(here, there);
    expect(told).toEqual([]);
    const nic = state.topology.functions.find(({ name }) => name === 'card');
    expect(nic && state.enumeration.buses.get(nic.index)).toBe(2);
  });

  it('a function in a place that another one had is found by who is there', () => {
    const board = `${its}\n${bridge('root-port p at 01.0 { endpoint a { msix = 2 } }')}\nhotplug endpoint spare { msix = 3 }`;
    expect(migrated(board, board, 'unplug a\nplug spare').told).toEqual([]);
  });

  it('a bus beyond the other window is out of reach', () => {
    const ports = Array.from({ length: 3 }, (_, i) => `root-port p${i} { endpoint e${i} { msix = 1 } }`).join('\n');
    const small = bridge(`ecam = 2MiB\n${ports}`);
    expect(migrated(`${its}\n${bridge(ports)}`, `${its}\n${small}`).told).toEqual([
      'lost: bus 2 behind p1 is in use, the other machine’s ECAM ends with bus 1',
    ]);
  });

  it('what cannot be found keeps nothing there, and its table goes with it', () => {
    const here = `${its}\n${bridge('root-port a at 01.0 { endpoint nic { msix = 4 } }')}`;
    const { told, state } = migrated(here, `${its}\n${bridge('root-port a at 01.0')}`);
    expect(told).toEqual(['refused: nothing is in the place of nic at 00.0 below a']);
    const [gic] = state.controllers;
    expect(gic?.type === 'gicv3' && [...(gic.devices[0]?.keys() ?? [])]).toEqual([8]);
  });
});
