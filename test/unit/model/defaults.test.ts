import { describe, expect, it } from 'vitest';
import type { PciNode } from '../../../server/src/model/machine.ts';
import { modelOf, repaired, told } from './specs.ts';

const machineOf = (spec: string) => {
  const model = modelOf(spec);
  expect(told(model)).toEqual([]);
  return model.machine;
};
const nodeOf = (block: string, rest = ''): PciNode | undefined =>
  machineOf(`${rest}\nhost-bridge h { ${block} }`).hostBridges[0]?.children[0];

describe('the machine', () => {
  it('has defaults for everything', () => {
    expect(machineOf('')).toMatchObject({
      decl: undefined,
      os: { major: 7, minor: 2 },
      rules: '7.2',
      vmm: undefined,
      machineType: undefined,
      firmware: 'devicetree',
      cpus: 1,
      possibleCpus: 1,
      routes: undefined,
      kernelOptions: { msi: true, hotplugBusSize: 1 },
    });
  });

  it.each([
    ['linux-6.1', '6.1'],
    ['linux-6.10', '6.1'],
    ['linux-6.11', '6.12'],
    ['linux-6.15', '6.12'],
    ['linux-6.16', '7.2'],
    ['linux-7.2', '7.2'],
  ])('of %s follows the rules of %s', (os, rules) => {
    expect(machineOf(`machine m { os = ${os} }`).rules).toBe(rules);
  });

  it.each([
    [
      'linux-5.10',
      'Linux 5.10 is older than the oldest kernel with known rules; assuming the rules of 6.1',
      'linux-6.1',
    ],
    ['linux-7.3', 'Linux 7.3 is newer than the newest kernel with known rules; assuming the rules of 7.2', 'linux-7.2'],
    ['linux-6.25', 'There is no Linux 6.25; assuming the rules of 7.2', 'linux-7.2'],
    ['linux-6.1.176', 'The rules go by linux-6.1, not by its updates; assuming the rules of 6.1', 'linux-6.1'],
  ])('of %s is a guess', (os, message, instead) => {
    const model = modelOf(`machine m { os = ${os} }`);
    expect(told(model)).toEqual([`unknown-kernel-profile @ ${os}: ${message}`]);
    expect(repaired(model, model.problems[0])).toBe(`machine m { os = ${instead} }`);
  });

  it('takes CPUs, firmware and machine type from its controller and VMM', () => {
    expect(machineOf('machine m { vmm = qemu-9.1 }; interrupt-controller a : x86-apic { cpus = 8 }')).toMatchObject({
      cpus: 8,
      possibleCpus: 8,
      firmware: 'acpi',
      machineType: { family: 'q35', version: { major: 9, minor: 1 } },
      routes: 4096,
    });
    expect(machineOf('machine m { vmm = qemu-8.0 }; interrupt-controller g : gicv3')).toMatchObject({
      machineType: { family: 'virt', version: { major: 8, minor: 0 } },
    });
    expect(machineOf('interrupt-controller s : spapr-dual { machine-version = pseries-3.0 }')).toMatchObject({
      machineType: { family: 'pseries', version: { major: 3, minor: 0 } },
    });
  });

  it('contradicts neither its controller nor itself', () => {
    const model = modelOf('machine m { cpus = 4; possible-cpus = 2 }; interrupt-controller a : x86-apic { cpus = 8 }');
    expect(told(model)).toEqual([
      "value-out-of-range @ 8: cpus must be the machine's 4, got 8",
      'value-out-of-range @ 2: possible-cpus must be at least the 4 CPUs that are online, got 2',
    ]);
    expect(model.machine).toMatchObject({ cpus: 4, possibleCpus: 4 });
  });
});

describe('the MSIs of a host bridge', () => {
  const routing = (controllers: string, inside = '') =>
    machineOf(`${controllers}\nhost-bridge h { ${inside} }`).hostBridges[0]?.msi;

  it('go to the only ITS or controller', () => {
    expect(routing('interrupt-controller g : gicv3 { its i }')).toMatchObject({ by: 'parent', its: { name: 'i' } });
    expect(routing('interrupt-controller g : gicv2m')).toMatchObject({
      by: 'parent',
      controller: { type: 'gicv2m', spiFrames: [{ first: 80, last: 143 }] },
      its: undefined,
    });
    expect(routing('interrupt-controller g : gicv3')).toEqual({ by: 'none' });
    expect(routing('')).toEqual({ by: 'none' });
  });

  it('go where msi-parent says', () => {
    const two =
      'interrupt-controller g : gicv3 { its i; its j }; interrupt-controller k : gicv2m { spis = [96..127, 200..207] }';
    expect(routing(two, 'msi-parent = j')).toMatchObject({ by: 'parent', its: { name: 'j' } });
    expect(routing(two, 'msi-parent = k')).toMatchObject({
      controller: {
        spiFrames: [
          { first: 96, last: 127 },
          { first: 200, last: 207 },
        ],
      },
    });
    expect(told(modelOf(`${two}\nhost-bridge h { msi-parent = g }`))).toEqual([
      'wrong-kind-of-reference @ g: g has 2 ITSs; msi-parent names one of them',
    ]);
    expect(told(modelOf(`${two}\nhost-bridge h`))).toEqual([
      'missing-required-field @ host-bridge h: host-bridge h needs msi-parent or msi-map: its MSIs may go to i, j or k',
    ]);
  });

  it('follow the entries of msi-map, in order', () => {
    const spec = (inside: string) => `interrupt-controller g : gicv3 { its i; its j }\nhost-bridge h { ${inside} }`;
    const maps = `msi-map-mask = 0xfff8
      msi-map i { requester-ids = 0..0xff; device-ids = 0x1000 }
      msi-map j { requester-ids = 01:00.0..01:1f.7; device-ids = 0x2000..0x20ff }
      msi-map i { requester-ids = 02:00.1; device-ids = 7 }`;
    expect(machineOf(spec(maps)).hostBridges[0]?.msi).toMatchObject({
      by: 'map',
      mask: 0xfff8,
      entries: [
        { its: { name: 'i' }, requesterIdFirst: 0, requesterIdLast: 0xff, deviceIdFirst: 0x1000 },
        { its: { name: 'j' }, requesterIdFirst: 0x100, requesterIdLast: 0x1ff, deviceIdFirst: 0x2000 },
        { its: { name: 'i' }, requesterIdFirst: 0x201, requesterIdLast: 0x201, deviceIdFirst: 7 },
      ],
    });
    expect(told(modelOf(spec('msi-parent = i; msi-map j { requester-ids = 0..9; device-ids = 0..3 }')))).toEqual([
      'unknown-property @ msi-parent: Property msi-parent has no effect on a host-bridge with msi-map',
      'value-out-of-range @ 0..3: device-ids must be as many as requester-ids: 10, got 4',
    ]);
  });
});

describe('functions', () => {
  it('without a type have what is written, and ask for what they have', () => {
    expect(nodeOf('endpoint e')).toMatchObject({
      type: undefined,
      interface: 'either',
      driver: 'auto',
      spread: 'slots',
      multifunction: undefined,
      capabilities: { msi: 0, msiMaskable: true, msi64bit: true, msix: 0, intx: true, ims: 0 },
      plan: [{ ladder: [{ mode: 'intx' }] }],
      sriov: undefined,
    });
    expect(nodeOf('endpoint e { msix = 8; msi = 2; ims = unlimited }')).toMatchObject({
      capabilities: { msi: 2, msix: 8, ims: 'unlimited' },
      plan: [{ ladder: [{ mode: 'msix', min: 1, max: 8, fallback: ['msi', 'intx'] }] }],
    });
  });

  it('of a built-in type follow machine, queues and CPUs', () => {
    const disk = (machine: string, body = '') =>
      nodeOf(`endpoint e : virtio-blk-pci { ${body} }`, machine)?.capabilities.msix;
    expect(disk('machine m { cpus = 4 }')).toBe(5);
    expect(disk('machine m { cpus = 4 }', 'queues = 9')).toBe(10);
    expect(disk('machine m { cpus = 4; vmm = qemu-10.0; machine-type = virt-5.1 }')).toBe(2);
    expect(disk('machine m { cpus = 4 }', 'msix = 3')).toBe(3);
  });

  it('of a type of the spec take each property, and the requests as a set, from the nearest that has them', () => {
    const types = `device-type base : nvme { msix = 9; driver = none; request msix { vectors = 1..9 }; request intx }
      device-type fat : base { msix = 33 }
      device-type own : fat { request msi { vectors = 1 } }`;
    expect(nodeOf('endpoint e : fat', types)).toMatchObject({
      capabilities: { msix: 33 },
      driver: 'none',
      interface: 'pcie',
      plan: [{ ladder: [{ mode: 'msix', max: 9 }] }, { ladder: [{ mode: 'intx' }] }],
    });
    expect(nodeOf('endpoint e : own { msix = 2 }', types)).toMatchObject({
      capabilities: { msix: 2 },
      plan: [{ ladder: [{ mode: 'msi', min: 1, max: 1 }] }],
    });
    expect(nodeOf('endpoint e : nvme { msix = 3 }', 'device-type nvme : nvme { msix = 129 }')?.capabilities.msix).toBe(
      3,
    );
    expect(nodeOf('endpoint e : nvme', 'device-type nvme : nvme { msix = 129 }')?.capabilities.msix).toBe(129);
  });

  it('make their requests in order, each with all it says', () => {
    const request =
      'request msix { vectors = 2..9; fallback = [intx, msi]; affinity = managed; pre = 1; post = 2; sets = 2; entries = [3..5, 9]; irqs = 4 }';
    const plan = nodeOf(`endpoint e { msix = 16; ${request}; request ims { vectors = 7 } }`)?.plan;
    expect(plan).toMatchObject([
      {
        call: 'allocate',
        ladder: [
          {
            mode: 'msix',
            min: 2,
            max: 9,
            fallback: ['intx', 'msi'],
            affinity: 'managed',
            pre: 1,
            post: 2,
            sets: 2,
            entries: [3, 4, 5, 9],
            irqs: 4,
          },
        ],
      },
      {
        call: 'allocate',
        ladder: [
          { mode: 'ims', min: 7, max: 7, fallback: [], affinity: 'spread', entries: undefined, irqs: undefined },
        ],
      },
    ]);
  });

  it('have virtual functions, as many as their vf blocks make, or as the type says', () => {
    expect(nodeOf('endpoint e { vf v[4] { msix = 3 }; vf w }')?.sriov).toMatchObject({
      totalVfs: 5,
      offset: 1,
      stride: 1,
      vfs: [
        { name: 'v', count: 4, kind: 'vf', capabilities: { msix: 3, intx: false } },
        { name: 'w', count: undefined },
      ],
    });
    expect(nodeOf('endpoint e : igb { vf v[2] : igbvf }')?.sriov).toMatchObject({
      totalVfs: 8,
      offset: 0x80,
      stride: 2,
    });
    expect(nodeOf('endpoint e { vfs = 16; vf-offset = 4; vf-stride = 2 }')?.sriov).toMatchObject({
      totalVfs: 16,
      offset: 4,
      stride: 2,
      vfs: [],
    });
  });

  it('of unknown or unfitting types are told', () => {
    const model = modelOf(`interrupt-controller g : gicv2m
      host-bridge h { endpoint a : nvm; endpoint b : pcie-root-port; root-port c : nvme; endpoint d : g; endpoint e : h }`);
    expect(told(model)).toEqual([
      'unresolved-reference @ nvm: No type named nvm; did you mean nvme?',
      'wrong-kind-of-reference @ pcie-root-port: pcie-root-port is a type of root-port; a type of endpoint is needed',
      'wrong-kind-of-reference @ nvme: nvme is a type of endpoint or vf; a type of root-port is needed',
      'wrong-kind-of-reference @ g: g is an interrupt-controller; a type of endpoint is needed',
      'wrong-kind-of-reference @ h: h is a host-bridge; a type of endpoint is needed',
    ]);
  });

  it('may have no type that is made from itself', () => {
    expect(
      told(
        modelOf(
          'machine m\ndevice-type a : b\ndevice-type b : c\ndevice-type c : b\ndevice-type d : d\ndevice-type e : zzz',
        ),
      ),
    ).toEqual([
      'unresolved-reference @ c: Bases lead round in a circle: b → c → b',
      'unresolved-reference @ d: d is its own base',
      'unresolved-reference @ zzz: No type named zzz',
    ]);
  });
});

describe('bridges and ports', () => {
  it('have what their types say', () => {
    expect(nodeOf('root-port p')).toMatchObject({
      type: 'pcie-root-port',
      capabilities: { msix: 1 },
      bridge: { hotplug: 'native', alias: 'none', serviceVectors: 1, busesReserved: 0, ari: false, msiBus: true },
    });
    expect(nodeOf('root-port p : ioh3420')).toMatchObject({
      capabilities: { msi: 2, msix: 0 },
      bridge: { aerMessage: 1, serviceVectors: 2 },
    });
    expect(nodeOf('pci-bridge b')).toMatchObject({
      capabilities: { msi: 1 },
      bridge: { hotplug: 'shpc', alias: 'own' },
    });
    expect(nodeOf('pci-bridge b { hotplug = none }')).toMatchObject({
      capabilities: { msi: 0 },
      bridge: { hotplug: 'none' },
    });
    expect(nodeOf('pci-bridge b { hotplug = none; msi = 1 }')).toMatchObject({ capabilities: { msi: 1 } });
    expect(nodeOf('pcie-pci-bridge b { alias = own }')).toMatchObject({ bridge: { alias: 'own' } });
    expect(nodeOf('expander x { bus = 64 }')).toMatchObject({
      type: 'pxb-pcie',
      bridge: { bus: 64, hotplug: 'none', alias: 'none' },
    });
  });

  it('keep vectors up to their largest message, unless they say otherwise', () => {
    expect(nodeOf('root-port p { dpc-message = 3; aer-message = 5 }')?.bridge?.serviceVectors).toBe(6);
    expect(nodeOf('root-port p { dpc-message = 3; service-vectors = 2 }')?.bridge?.serviceVectors).toBe(2);
  });
});
