import { describe, expect, it } from 'vitest';
import { analyseNow, type CapacityReport, machineCapacity } from '../../../server/src/analysis/index.ts';

function capacity(text: string): CapacityReport {
  const sources = { read: () => ({ text }), resolve: (_from: string, path: string) => ({ uri: path }) };
  return machineCapacity(analyseNow(sources, 'file:///spec.irqtopo'), sources);
}

/** A machine with forty ports, and cards that may come. */
const machine = (head: string, controller: string, card: string): string => `machine m { ${head} }
interrupt-controller c : ${controller}
host-bridge pcie0 {
  root-port rp[40] { spread = functions }
}
hotplug endpoint card[2] { ${card} }
`;

describe('what stops the next one, and what helps', () => {
  it.each([
    {
      what: 'SPIs of a GICv2m',
      text: machine('os = linux-6.12', 'gicv2m', 'msix = 64; request msix { vectors = 10 }'),
      // 64 SPIs, 40 of them taken by the ports.
      found: { fit: 2, stop: { resource: 'spis' }, relief: { fix: 'use-gicv3', fit: 40, stop: 'slots' } },
    },
    {
      what: 'vectors of x86 CPUs',
      text: machine('os = linux-6.12; cpus = 1', 'x86-apic', 'msix = 64; request msix { vectors = 60 }'),
      found: { fit: 2, stop: { resource: 'vectors' }, relief: { fix: 'add-cpus', stop: 'vectors' } },
    },
    {
      what: 'entries of a remapping table',
      text: machine(
        'os = linux-6.12; cpus = 2',
        'x86-apic { remapping = intel; remapping-entries = 256 }',
        'msix = 64; request msix { vectors = 60; irqs = 1 }',
      ),
      found: { stop: { resource: 'irtes' }, relief: { fix: 'enlarge-remapping-table', fit: 40, stop: 'slots' } },
    },
    {
      what: 'interrupt routes of the VMM',
      text: machine(
        'os = linux-6.12; vmm = qemu-10.0; routes = 512',
        'gicv3 { its its0 }',
        'msix = 64; request msix { vectors = 64 }',
      ),
      // 512 less 256 of the pins and 40 of the ports is room for three.
      found: { fit: 3, stop: { resource: 'routes' }, relief: { fix: 'raise-routes', fit: 40, stop: 'slots' } },
    },
    {
      what: 'DeviceIDs of a flat table',
      text: machine(
        'os = linux-6.12',
        'gicv3 { its its0 { device-id-bits = 13; indirect = false } }',
        'msix = 4; request msix { vectors = 4 }',
      ),
      // Buses 01 to 1f have DeviceIDs below 0x2000.
      found: {
        fit: 31,
        stop: { resource: 'device-ids' },
        relief: {
          fix: 'widen-device-id-bits',
          title: expect.stringContaining('14 DeviceID bits instead of 13'),
          fit: 40,
        },
      },
    },
    {
      what: 'LPIs',
      text: machine(
        'os = linux-7.2',
        'gicv3 { lpi-limit = 256; its its0 }',
        'msix = 64; request msix { vectors = 60 }',
      ),
      // 256 less 40 of the ports is three tables of 64.
      found: { fit: 3, stop: { resource: 'lpis' } },
    },
    {
      what: 'slots',
      text: machine('os = linux-7.2', 'gicv3 { its its0 }', 'msix = 4; request msix { vectors = 4 }'),
      found: { fit: 40, stop: { resource: 'slots' }, relief: { fix: 'add-root-ports', fit: 41 } },
    },
    {
      what: 'Linux interrupt numbers up to 6.4',
      text: machine('os = linux-6.1', 'gicv3 { its its0 }', 'msix = 2048; request msix { vectors = 2048 }'),
      // 8239 numbers less 40 of the ports.
      found: { fit: 4, stop: { resource: 'linux-irqs' } },
    },
  ])('$what', ({ text, found }) => {
    expect(capacity(text).candidates[0]).toMatchObject(found);
  });
});

describe('below a bridge', () => {
  const spec = (inside: string) => `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    ${inside}
  }
}
`;

  it('a bridge that is to be plugged in itself comes first, and what is below it then', () => {
    const text = spec(
      'buses = 2; hotplug pcie-pci-bridge br { hotplug endpoint late[2] at 01.0 { msix = 2; request msix { vectors = 2 } } }',
    );
    const late = capacity(text).candidates.find(({ node }) => node.name === 'late');
    // The first one makes a table of its own two events: what is not there does not count.
    expect(late).toMatchObject({ first: ['br'], below: ['br'], declared: 2, fit: 1, stop: { resource: 'events' } });
  });

  it('nothing is found behind a bridge for which no bus number is left', () => {
    const text = spec('hotplug pcie-pci-bridge br { hotplug endpoint late at 01.0 { msix = 2 } }');
    const found = capacity(text).candidates.map(({ node, fit, stop }) => [node.name, fit, stop.resource]);
    expect(found).toEqual([
      ['br', 0, 'buses'],
      ['late', 0, 'buses'],
    ]);
  });

  it('each gets a range of vectors, by the order in which all come', () => {
    const text = spec(`pcie-pci-bridge br {
      endpoint there[3] { msix = 3; request msix { vectors = 1..3 } }
      hotplug endpoint big[2] { msix = 8; request msix { vectors = 1..4 } }
      hotplug endpoint small { msix = 2; request msix { vectors = 2 } }
    }`);
    const { candidates } = capacity(text);
    // 9 of 16 events are taken. Seven are left for 4 + 4 + 2.
    expect(
      candidates.map(({ node, fit, work, orders }) => [node.name, fit, work, orders?.least, orders?.most]),
    ).toEqual([
      ['big', 1, 2, 1, 4],
      ['small', 3, 3, 'none', 2],
    ]);
  });
});

describe('root ports', () => {
  it('go beside ports that have no address, and onto the root bus of an expander as far as its buses go', () => {
    const text = `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port one
  root-port two[2]
  expander more : pxb-pcie { bus = 200; root-port three at 00.0 }
}
`;
    const [own, extra] = capacity(text).rootPorts;
    // Slots 01 to 1f but that of the expander, less three ports that are there; buses 0 to 199, four of them taken.
    expect(own).toMatchObject({ expander: undefined, present: 3, fit: 196, stop: { resource: 'buses' } });
    expect(extra).toMatchObject({ expander: { name: 'more' }, present: 1, fit: 54, stop: { resource: 'buses' } });
  });
});

describe('guests', () => {
  it('more like the last one fit until the host has no vectors', () => {
    const text = (guests: number, expected: string) => `machine host { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic { remapping = intel }
host-bridge pcie0 {
  root-port rp0 { endpoint nic { msix = 4; vfs = 64; vf v[${guests}] { msix = 17 } } }
}
vm g[${guests}] { assign v { entries = 16 } }
scenario "now" { boot; expect { ${expected} } }
`;
    const { guests } = capacity(text(2, 'failed = 0'));
    expect(guests).toMatchObject({ name: 'g', stop: { resource: 'vectors' } });
    expect(guests?.fit).toBeGreaterThan(4);
    expect(capacity(text(4, 'failed = 0')).guests?.fit).toBe((guests?.fit ?? 0) - 2);
  });
});
