import { describe, expect, it } from 'vitest';
import { countOf, deviceType, deviceTypes } from '../../../server/src/catalogue/index.ts';
import { KINDS } from '../../../server/src/schema/index.ts';
import { capabilities, machine, msix, type, virt } from './types.ts';

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
