import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../server/src/analysis/analysis.ts';
import { analyseNow, type Sources } from '../../../server/src/analysis/index.ts';
import {
  compare,
  comparisonText,
  docOf,
  onPlatform,
  PLATFORMS,
  type Platform,
  platformOf,
  platformText,
  specOn,
} from '../../../server/src/ide/platforms/index.ts';
import { kindOf } from '../../../server/src/schema/index.ts';
import { MAIN } from './spec.ts';

const sourcesOf = (files: Readonly<Record<string, string>>): Sources => ({
  read: (uri) => {
    const text = files[uri.slice('file:///spec/'.length)];
    return text === undefined ? { missing: 'does not exist' } : { text };
  },
  resolve: (from, path) => ({ uri: new URL(path, from).href }),
});

function given(text: string, others: Readonly<Record<string, string>> = {}) {
  const sources = sourcesOf({ 'main.irqtopo': text, ...others });
  return { sources, analysis: analyseNow(sources, MAIN) };
}

function platform(type: string): Platform {
  const found = platformOf(type);
  if (found === undefined) throw new Error(`no platform ${type}`);
  return found;
}

const moved = (text: string, type: string, others?: Readonly<Record<string, string>>) => {
  const { sources, analysis } = given(text, others);
  return specOn(analysis, sources, platform(type));
};

const errorsOf = ({ findings }: Analysis) =>
  findings.filter(({ severity }) => severity === 'error').map(({ finding }) => `${finding.rule}: ${finding.message}`);

const VIRT = `// The board.
machine m { os = linux-6.12; vmm = qemu-10.0; machine-type = virt-9.2; firmware = devicetree }

/// Its GIC.
interrupt-controller gic : gicv3 {
  gicv4 = true
  its its0 { device-id-bits = 18; event-id-bits = 16 }
}

host-bridge pcie0 {
  // Shifted by two buses.
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x20000 }
  msi-map-mask = 0xffff
  ecam = 256MiB
  root-port rp0 at 01.0 {
    endpoint nic : virtio-net-pci { expect { device-id = 0x20100 } }
  }
}

scenario "again" {
  remove nic
  probe nic
  expect nic { first-lpi = 8193 }
  expect gic { lpis = 9 }
}
`;

describe('the platforms', () => {
  it('are the types of the language, each with its line of documentation', () => {
    const rule = kindOf('interrupt-controller')?.type;
    const types = rule?.take === 'listed' ? rule.types.map(({ word }) => word) : [];
    expect(PLATFORMS.map(({ type }) => type)).toEqual(types);
    for (const { type } of PLATFORMS) expect(docOf(type)).not.toBe('');
  });
});

describe('a spec on another platform', () => {
  it('keeps the PCI tree, and changes what only the old platform has', () => {
    const { text, changes } = moved(VIRT, 'x86-apic');
    expect(text).toBe(`// The board.
machine m { os = linux-6.12; vmm = qemu-10.0; machine-type = q35-9.2 }

/// Its GIC.
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  ecam = 256MiB
  root-port rp0 at 01.0 {
    endpoint nic : virtio-net-pci
  }
}

scenario "again" {
  remove nic
  probe nic
}
`);
    expect(changes).toEqual([
      '3 expectations left out, made for gicv3',
      'machine-type = q35-9.2 instead of virt-9.2',
      'firmware left out: x86-apic has acpi alone',
      'interrupt-controller apic : x86-apic instead of gic : gicv3',
      'msi-map, msi-map-mask of pcie0 left out: x86-apic has no DeviceIDs',
    ]);
  });

  it('keeps the ITSs and the maps between GICv3 and GICv5, and raises the kernel', () => {
    const { text, changes } = moved(VIRT, 'gicv5');
    expect(text).toContain('os = linux-6.17');
    expect(text).toContain('machine-type = virt-9.2');
    expect(text).toContain(
      'interrupt-controller gic : gicv5 {\n  its its0 { device-id-bits = 18; event-id-bits = 16 }\n}',
    );
    expect(text).toContain('msi-map its0 {');
    expect(changes).toContain('os = linux-6.17 instead of linux-6.12: the first one with gicv5');
    expect(changes).toContain('gicv5 instead of gic : gicv3, without gicv4');
  });

  it('has no error that the old platform did not have, whatever the platform', () => {
    const { sources, analysis } = given(VIRT);
    for (const to of PLATFORMS) {
      const { analysis: there } = onPlatform(analysis, sources, to);
      expect(errorsOf(there).filter((message) => !errorsOf(analysis).includes(message))).toEqual([]);
    }
  });

  it('is the same function by function after a way there and back', () => {
    const there = moved(VIRT, 'riscv-imsic').text;
    const back = given(moved(there, 'gicv3').text).analysis;
    expect(back.topology.functions.map(({ name }) => name)).toEqual(
      given(VIRT).analysis.topology.functions.map(({ name }) => name),
    );
    expect(back.machine.controllers.map(({ type }) => type)).toEqual(['gicv3']);
  });

  it('stays as it is on its own platform', () => {
    const { sources, analysis } = given(VIRT);
    const here = onPlatform(analysis, sources, platform('gicv3'));
    expect(here.spec).toMatchObject({ text: VIRT, changes: [] });
    expect(here.analysis).toBe(analysis);
  });

  it('gives each segment an ITS of its own', () => {
    const two = `interrupt-controller apic : x86-apic { cpus = 8 }
host-bridge a { endpoint x : nvme }
host-bridge b { segment = 1; endpoint y : nvme }
`;
    const { text, changes } = moved(two, 'gicv3');
    expect(text).toBe(`machine { cpus = 8 }

interrupt-controller gic : gicv3 { its its0; its its1 }
host-bridge a { msi-parent = its0; endpoint x : nvme }
host-bridge b { segment = 1; msi-parent = its1; endpoint y : nvme }
`);
    expect(changes).toContain("cpus = 8 is the machine's now");
    expect(errorsOf(given(text).analysis)).toEqual([]);
  });

  it('has one controller where the old one had several, or none', () => {
    const several = `interrupt-controller gic : gicv3 { its its0 }
interrupt-controller frames : gicv2m
host-bridge a { msi-parent = frames; endpoint x : virtio-net-pci }
host-bridge b { segment = 1; msi-parent = its0; endpoint y : virtio-net-pci }
`;
    const { text } = moved(several, 'spapr-dual');
    expect(text).toBe(`interrupt-controller xive : spapr-dual
host-bridge a { endpoint x : virtio-net-pci }
host-bridge b { segment = 1; endpoint y : virtio-net-pci }
`);
    expect(moved('host-bridge a { endpoint x : nvme }\n', 'gicv2m').text).toBe(
      'interrupt-controller gic : gicv2m\n\nhost-bridge a { endpoint x : nvme }\n',
    );
  });

  it('gives a GICv3 without an ITS, which has no MSIs, one when it becomes a GICv5', () => {
    const { text } = moved(
      'interrupt-controller g : gicv3 { id-bits = 16 }\nhost-bridge a { endpoint x : nvme }\n',
      'gicv5',
    );
    expect(text).toContain('interrupt-controller gic : gicv5 { its its0 }');
  });

  it('keeps the machine version between the controllers of pseries, and what it means elsewhere', () => {
    const pseries = `interrupt-controller xics : spapr-xics { machine-version = pseries-3.0 }
host-bridge phb { endpoint nic : virtio-net-pci }
`;
    expect(moved(pseries, 'spapr-dual').text).toContain('xics : spapr-dual { machine-version = pseries-3.0 }');
    expect(moved(pseries, 'x86-apic').text).toContain('machine { machine-type = q35-3.0 }');
  });

  it('takes names that are free', () => {
    const taken = 'interrupt-controller gic : gicv3 { its its0 }\nhost-bridge h { endpoint apic : nvme }\n';
    expect(moved(taken, 'x86-apic').text).toContain('interrupt-controller apic2 : x86-apic');
  });

  it('leaves out what comes after a migration, which is of another machine', () => {
    const text = `interrupt-controller gic : gicv3 { its its0 }
host-bridge h { hotplug endpoint a : nvme at 01.0 }
scenario s {
  boot
  migrate { to = "other.irqtopo" }
  plug theirs
}
`;
    const { text: there, changes } = moved(text, 'gicv2m');
    expect(there).toContain('scenario s {\n  boot\n}');
    expect(changes).toContain('1 migration left out, made for gicv3');
  });

  it('is one text, whatever the spec included', () => {
    const { text, changes } = moved(
      'include "controllers.irqtopo"\ninclude "tree.irqtopo" // the tree\nmachine { os = linux-6.1 }\n',
      'x86-apic',
      {
        'controllers.irqtopo': 'interrupt-controller gic : gicv3 { its its0 } // last',
        'tree.irqtopo': 'include "controllers.irqtopo"\nhost-bridge h { endpoint x : nvme }\n',
      },
    );
    expect(text).not.toContain('include');
    expect(changes).toHaveLength(1);
    const { analysis } = given(text);
    expect(errorsOf(analysis)).toEqual([]);
    expect(analysis.topology.functions.map(({ name }) => name)).toEqual(['x']);
    expect(analysis.machine.controllers.map(({ type }) => type)).toEqual(['x86-apic']);
  });
});

describe('platforms side by side', () => {
  const BUSY = `interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  endpoint raid at 01.0 { msi = 8; request msi { vectors = 1..8 } }
  endpoint ssd at 02.0 { msix = 65; request msix { vectors = 65 } }
}
`;
  const { sources, analysis } = given(BUSY);
  const comparison = compare(analysis, sources, [
    ...['gicv3', 'gicv2m', 'x86-apic', 'spapr-xics', 'spapr-xive'].map(platform),
  ]);
  const text = comparisonText(comparison);

  it('tell what a function has on each', () => {
    expect(text).toMatch(/\| raid +\| MSI 8, from 8192 +\| MSI 8, from 80 +\| MSI 1 of 8, from 24 /);
    expect(text.split('\n').find((line) => line.startsWith('| ssd'))).toContain('| -ENOSPC ');
  });
  it('share a column where they come to the same', () => {
    expect(text).toContain('| spapr-xics, spapr-xive ');
  });
  it('tell the findings of each, and what was changed', () => {
    expect(text).toMatch(/\| gicv2m +\| 1 error \(v2m-spi-exhausted\)/);
    expect(text).toContain('Changed for x86-apic:\n- interrupt-controller apic : x86-apic instead of gic : gicv3');
    expect(text).not.toContain('Changed for gicv3');
  });
  it('one alone is told as `show` tells it', () => {
    const one = platformText(onPlatform(analysis, sources, platform('gicv2m')));
    expect(one).toContain('Changed for gicv2m:');
    expect(one).toContain('After the boot');
    expect(one).toMatch(/- error v2m-spi-exhausted: ssd wants 65 vectors/);
    expect(platformText(onPlatform(analysis, sources, platform('gicv3')))).toContain('The spec is of gicv3 as it is.');
  });
});
