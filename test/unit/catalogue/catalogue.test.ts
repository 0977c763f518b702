import { describe, expect, it } from 'vitest';
import {
  countOf,
  type DeviceType,
  defaultPlan,
  deviceType,
  deviceTypes,
  type TypeContext,
} from '../../../server/src/catalogue/index.ts';
import type { Capabilities, Request } from '../../../server/src/model/machine.ts';
import { KINDS } from '../../../server/src/schema/index.ts';

const machine = (cpus: number, more: Partial<TypeContext> = {}): TypeContext => ({
  rules: '7.2',
  vmm: { major: 10, minor: 0 },
  machineType: undefined,
  cpus,
  possibleCpus: cpus,
  queues: undefined,
  hotplug: undefined,
  ...more,
});
const virt = (major: number, minor: number): Partial<TypeContext> => ({
  machineType: { family: 'virt', version: { major, minor } },
});

function type(name: string): DeviceType {
  const found = deviceType(name);
  if (found === undefined) throw new Error(`no ${name} in the catalogue`);
  return found;
}
function capabilities(name: string, context = machine(1)): Capabilities {
  const { msi, msiMaskable, msi64bit, msix, intx } = type(name);
  return { msi, msiMaskable, msi64bit, msix: countOf(msix, context), intx, ims: 0 };
}
const msix = (name: string, context = machine(1)) => capabilities(name, context).msix;

/** The rungs of each allocating call, and `free` between them. */
function calls(name: string, context: TypeContext, own: Partial<Capabilities> = {}): (readonly Request[] | 'free')[] {
  const all = { ...capabilities(name, context), ...own };
  return type(name)
    .plan({ ...context, capabilities: all })
    .map((call) => (call.call === 'free' ? 'free' : call.ladder));
}

/** What each call is granted when nothing else runs short. */
function demand(name: string, context: TypeContext): (string | 'free')[] {
  const { msix, msi } = capabilities(name, context);
  return calls(name, context).map((rungs) => {
    if (rungs === 'free') return rungs;
    const first = rungs[0];
    if (first === undefined) return 'nothing';
    const possible = first.affinity === 'managed' ? first.pre + context.possibleCpus : first.max;
    const offered = { msix, msi, intx: 1, ims: 0 }[first.mode];
    return `${first.mode} ${Math.min(first.max, offered, possible)}`;
  });
}

describe('capabilities', () => {
  it.each([
    ['nvme', '1b36:0010', 0, 65, 'pcie'],
    ['e1000', '8086:100e', 0, 0, 'conventional'],
    ['e1000e', '8086:10d3', 1, 5, 'pcie'],
    ['igb', '8086:10c9', 1, 10, 'pcie'],
    ['igbvf', '8086:10ca', 0, 3, 'pcie'],
    ['rtl8139', '10ec:8139', 0, 0, 'conventional'],
    ['ahci', '8086:2922', 1, 0, 'conventional'],
    ['qemu-xhci', '1b36:000d', 0, 16, 'either'],
    ['nec-usb-xhci', '1033:0194', 16, 16, 'either'],
    ['edu', '1234:11e8', 1, 0, 'conventional'],
    ['ivshmem-doorbell', '1af4:1110', 0, 1, 'conventional'],
    ['ivshmem-plain', '1af4:1110', 0, 0, 'conventional'],
    ['megasas', '1000:0060', 1, 15, 'conventional'],
    ['megasas-gen2', '1000:0079', 1, 15, 'pcie'],
    ['mptsas1068', '1000:0054', 1, 0, 'conventional'],
    ['vmxnet3', '15ad:07b0', 1, 25, 'either'],
    ['intel-hda', '8086:2668', 1, 0, 'conventional'],
    ['ich9-intel-hda', '8086:293e', 1, 0, 'conventional'],
    ['pcie-root-port', '1b36:000c', 0, 1, 'pcie'],
    ['ioh3420', '8086:3420', 2, 0, 'pcie'],
    ['x3130-upstream', '104c:8232', 1, 0, 'pcie'],
    ['xio3130-downstream', '104c:8233', 1, 0, 'pcie'],
    ['pcie-pci-bridge', '1b36:000e', 1, 0, 'pcie'],
    ['pci-bridge', '1b36:0001', 1, 0, 'conventional'],
    ['i82801b11-bridge', '8086:244e', 0, 0, 'conventional'],
    ['pxb', '1b36:0009', 0, 0, 'conventional'],
    ['pxb-pcie', '1b36:000b', 0, 0, 'conventional'],
    ['ixgbe-82599', '8086:10fb', 1, 64, 'pcie'],
    ['i40e-xl710', '8086:158b', 1, 129, 'pcie'],
    ['ice-e810', '8086:1592', 1, 129, 'pcie'],
    ['mlx5-connectx5', '15b3:1017', 0, 64, 'pcie'],
    ['smartpqi', '9005:028f', 0, 64, 'pcie'],
    ['samsung-970', '144d:a808', 1, 33, 'pcie'],
    ['kioxia-cm7', undefined, 0, 129, 'pcie'],
    ['rockchip-root-port', undefined, 1, 1, 'pcie'],
  ])('%s is %s with MSI %d, MSI-X %d, on %s', (name, pciId, msi, entries, bus) => {
    const found = type(name);
    expect(capabilities(name)).toMatchObject({ msi, msix: entries });
    expect([found.pciId, found.interface]).toEqual([pciId, bus]);
  });

  it('knows mask bits and address widths', () => {
    const masks = (name: string) => [type(name).msiMaskable, type(name).msi64bit];
    expect(masks('igb')).toEqual([true, true]);
    expect(masks('e1000e')).toEqual([false, true]);
    expect(masks('ahci')).toEqual([false, true]);
    expect(masks('ioh3420')).toEqual([true, false]);
    expect(masks('xio3130-downstream')).toEqual([false, true]);
    expect(masks('pcie-pci-bridge')).toEqual([true, true]);
    expect(masks('ixgbe-82599')).toEqual([true, true]);
  });

  it('knows VF addresses of igb and nvme', () => {
    expect(type('igb').sriov).toEqual({ totalVfs: 8, offset: 0x80, stride: 2 });
    expect(type('nvme').sriov).toEqual({ totalVfs: 0, offset: 1, stride: 1 });
  });
});

describe('the table sizes of virtio', () => {
  it('follow the queues', () => {
    expect(msix('virtio-net-pci')).toBe(4);
    expect(msix('virtio-net-pci', machine(4))).toBe(4);
    expect(msix('virtio-net-pci', machine(4, { queues: 4 }))).toBe(10);
    expect(msix('virtio-blk-pci', machine(1))).toBe(2);
    expect(msix('virtio-blk-pci', machine(4))).toBe(5);
    expect(msix('virtio-blk-pci', machine(2000))).toBe(1025);
    expect(msix('virtio-scsi-pci', machine(4))).toBe(7);
    expect(msix('virtio-scsi-pci', machine(2000))).toBe(1025);
    expect(msix('vhost-user-fs-pci', machine(4, { queues: 4 }))).toBe(6);
    expect(countOf(type('virtio-blk-pci').queues ?? 0, machine(4))).toBe(4);
    expect(type('e1000e').queues).toBeUndefined();
  });

  it('stay what they were on old machine types', () => {
    expect(msix('virtio-net-pci', machine(4, virt(5, 2)))).toBe(3);
    expect(msix('virtio-net-pci', machine(4, virt(6, 0)))).toBe(4);
    expect(msix('virtio-blk-pci', machine(4, virt(5, 1)))).toBe(2);
    expect(msix('virtio-blk-pci', machine(4, virt(5, 2)))).toBe(5);
    expect(msix('virtio-blk-pci', machine(4, { ...virt(2, 11), queues: 4 }))).toBe(2);
    expect(msix('virtio-scsi-pci', machine(4, virt(5, 1)))).toBe(4);
    expect(msix('vhost-user-blk-pci', machine(4, virt(2, 11)))).toBe(2);
    expect(msix('virtio-rng-pci', machine(1, virt(7, 1)))).toBe(0);
    expect(msix('virtio-rng-pci', machine(1, virt(7, 2)))).toBe(2);
    expect(msix('virtio-balloon-pci', machine(1, virt(9, 2)))).toBe(0);
    expect(msix('virtio-mem-pci', machine(1, virt(10, 0)))).toBe(2);
    expect(msix('virtio-balloon-pci', machine(1, { vmm: { major: 7, minor: 2 } }))).toBe(0);
    expect(msix('virtio-net-pci', machine(1, { vmm: undefined }))).toBe(4);
  });

  it('are fixed for the rest', () => {
    expect(
      [
        'virtio-gpu-pci',
        'virtio-vga',
        'virtio-serial-pci',
        'virtio-9p-pci',
        'vhost-vsock-pci',
        'vhost-user-i2c-pci',
      ].map((name) => msix(name)),
    ).toEqual([3, 3, 2, 2, 3, 1]);
    expect(type('virtio-gpu-pci').hotpluggable).toBe(false);
    expect(type('virtio-net-pci').hotpluggable).toBe(true);
  });
});

describe('what drivers ask for', () => {
  // Measured with stock drivers on arm64 with 1 and 4 CPUs, Linux 6.1, 6.12 and 7.2 alike.
  it.each([
    ['virtio-net-pci', ['msix 3'], ['msix 3']],
    ['virtio-blk-pci', ['msix 2'], ['msix 5']],
    ['nvme', ['msix 1', 'free', 'msix 2'], ['msix 1', 'free', 'msix 5']],
    ['e1000e', ['msix 3'], ['msix 3']],
    ['igb', ['msix 1', 'free', 'msix 3'], ['msix 1', 'free', 'msix 9']],
    ['qemu-xhci', ['msix 2'], ['msix 5']],
    ['vmxnet3', ['msix 3'], ['msix 5']],
    ['virtio-rng-pci', ['msix 2'], ['msix 2']],
    ['ahci', ['msi 1'], ['msi 1']],
  ])('%s on 1 and on 4 CPUs', (name, one, four) => {
    for (const rules of ['6.1', '6.12', '7.2'] as const) {
      expect(demand(name, machine(1, { rules })), rules).toEqual(one);
      expect(demand(name, machine(4, { rules })), rules).toEqual(four);
    }
  });

  it('virtio tries one vector per queue, then two, then the pin', () => {
    const rungs = (rules: TypeContext['rules']) =>
      calls('virtio-net-pci', machine(4, { rules, queues: 4 })).map((call) =>
        call === 'free' ? call : call.map((rung) => [rung.mode, rung.min, rung.max]),
      );
    expect(rungs('6.1')).toEqual([
      [
        ['msix', 9, 9],
        ['msix', 2, 2],
        ['intx', 1, 1],
      ],
    ]);
    // From 6.11 on it tries the same number once more, for types with slow queues.
    expect(rungs('7.2')).toEqual([
      [
        ['msix', 9, 9],
        ['msix', 9, 9],
        ['msix', 2, 2],
        ['intx', 1, 1],
      ],
    ]);
  });

  it('leaves out what the kernel refuses before the controller hears of it', () => {
    const modes = (name: string) =>
      calls(name, machine(1)).flatMap((call) =>
        call === 'free' ? [] : call.map((rung) => `${rung.mode} ${rung.min}`),
      );
    expect(modes('virtio-balloon-pci')).toEqual(['msix 2', 'intx 1']);
    expect(modes('vhost-vsock-pci')).toEqual(['msix 2', 'intx 1']);
    // One vector is too few for its two queues: what it asks for in vain stays, for it is why it ends on its pin.
    expect(modes('vhost-user-gpio-pci')).toEqual(['msix 2', 'intx 1']);
    expect(modes('e1000')).toEqual(['intx 1']);
    expect(modes('ivshmem-plain')).toEqual([]);
  });

  it('holds queue vectors of disks on every CPU', () => {
    const managed = (name: string) => {
      const last = calls(name, machine(4)).at(-1);
      const rung = last === 'free' ? undefined : last?.[0];
      return [rung?.affinity, rung?.pre, rung?.max];
    };
    expect(managed('virtio-blk-pci')).toEqual(['managed', 1, 5]);
    expect(managed('virtio-scsi-pci')).toEqual(['managed', 3, 7]);
    expect(managed('nvme')).toEqual(['managed', 1, 5]);
    expect(managed('smartpqi')).toEqual(['managed', 0, 4]);
    expect(managed('virtio-net-pci')).toEqual(['spread', 0, 3]);
  });

  it('knows that xhci took all or one up to 6.7, and what fits later', () => {
    const ranges = (rules: TypeContext['rules']) =>
      calls('nec-usb-xhci', machine(4, { rules })).flatMap((call) =>
        call === 'free' ? [] : call.map((rung) => [rung.mode, rung.min, rung.max, ...rung.fallback]),
      );
    expect(ranges('6.1')).toEqual([
      ['msix', 5, 5],
      ['msi', 1, 1],
      ['intx', 1, 1],
    ]);
    expect(ranges('6.12')).toEqual([
      ['msix', 1, 5, 'msi'],
      ['intx', 1, 1],
    ]);
  });

  it('pairs the queues of igb where they are many', () => {
    const vectors = (cpus: number) => demand('igb', machine(cpus)).at(-1);
    expect([2, 3, 4, 5, 8, 64].map(vectors)).toEqual(['msix 5', 'msix 7', 'msix 9', 'msix 6', 'msix 9', 'msix 9']);
  });

  it('limits big cards by CPUs and table', () => {
    expect(demand('ixgbe-82599', machine(8))).toEqual(['msix 9']);
    expect(demand('ixgbe-82599', machine(128))).toEqual(['msix 64']);
    expect(demand('mlx5-connectx5', machine(16))).toEqual(['msix 17']);
    expect(demand('mlx5-connectx5', machine(128))).toEqual(['msix 64']);
    expect(demand('i40e-xl710', machine(128))).toEqual(['msix 129']);
    expect(demand('kioxia-cm7', machine(192))).toEqual(['msix 1', 'free', 'msix 129']);
  });

  it('obeys a table that the spec replaced', () => {
    expect(
      calls('nvme', machine(4), { msix: 0, msi: 0 }).map((call) => (call === 'free' ? call : call[0]?.fallback)),
    ).toEqual([['msi', 'intx'], 'free', ['msi', 'intx']]);
    expect(calls('virtio-net-pci', machine(1), { msix: 2 })[0]).toMatchObject([{ min: 2 }, { mode: 'intx' }]);
  });

  it('takes a function without a type for one that wants all it has', () => {
    const bare: Capabilities = { msi: 0, msiMaskable: true, msi64bit: true, msix: 0, intx: true, ims: 0 };
    const first = (own: Partial<Capabilities>) => {
      const call = defaultPlan({ ...bare, ...own })[0];
      return call?.call === 'allocate' ? call.ladder : undefined;
    };
    expect(first({ msix: 10, msi: 4 })).toMatchObject([{ mode: 'msix', min: 1, max: 10, fallback: ['msi', 'intx'] }]);
    expect(first({ msi: 4 })).toMatchObject([{ mode: 'msi', min: 1, max: 4, fallback: ['intx'] }]);
    expect(first({})).toMatchObject([{ mode: 'intx', min: 1, max: 1 }]);
    expect(first({ intx: false })).toBeUndefined();
  });
});

describe('bridges', () => {
  it('know their hot-plug and what it costs', () => {
    const byDefault = (name: string, context = machine(1)) => {
      const hotplug = type(name).bridge?.hotplug;
      return typeof hotplug === 'function' ? hotplug(context) : hotplug;
    };
    expect(byDefault('pci-bridge')).toBe('shpc');
    expect(byDefault('pci-bridge', machine(1, virt(2, 9)))).toBe('none');
    expect(byDefault('pci-bridge', machine(1, virt(2, 8)))).toBe('shpc');
    expect(type('pci-bridge').bridge?.msiNeedsShpc).toBe(true);
    expect(type('pcie-pci-bridge').bridge?.msiNeedsShpc).toBe(false);
    expect(byDefault('pcie-root-port')).toBe('native');
    expect(byDefault('pcie-pci-bridge')).toBe('shpc');
    expect(byDefault('i82801b11-bridge')).toBe('none');
  });

  it('know under whose requester ID their children signal', () => {
    const alias = (name: string) => type(name).bridge?.alias;
    expect(['pcie-root-port', 'x3130-upstream', 'xio3130-downstream', 'ioh3420'].map(alias)).toEqual(
      Array(4).fill('none'),
    );
    expect([alias('pcie-pci-bridge'), alias('pci-bridge'), alias('i82801b11-bridge')]).toEqual([
      'secondary',
      'own',
      'own',
    ]);
    expect(type('ioh3420').bridge?.aerMessage).toBe(1);
  });
});

describe('look-ups', () => {
  it('name each type once, and say where its numbers come from', () => {
    const names = deviceTypes().map((each) => each.name);
    expect(new Set(names).size).toBe(names.length);
    for (const each of deviceTypes()) {
      expect(each.doc, each.name).toMatch(/^[A-Z].*\.$/s);
      expect(each.source.length, each.name).toBeGreaterThan(10);
      if (each.pciId !== undefined) expect(each.pciId).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
    }
    expect(deviceType('nonsense')).toBeUndefined();
  });

  it('have the default type of every kind, and offer only types of the kind', () => {
    for (const kind of KINDS) {
      if (kind.type.take === 'device-types' && kind.type.default !== undefined)
        expect(type(kind.type.default).kinds).toEqual([kind.word]);
    }
    expect(deviceTypes('root-port').map((each) => each.name)).toEqual([
      'pcie-root-port',
      'ioh3420',
      'rockchip-root-port',
    ]);
    expect(deviceTypes('endpoint').map((each) => each.name)).not.toContain('pxb');
  });
});
