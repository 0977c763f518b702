import { describe, expect, it } from 'vitest';
import type { Machine, MsiMapEntry } from '../../../server/src/model/machine.ts';
import { enumerateAtBoot } from '../../../server/src/pci/enumeration.ts';
import { msiAllowed, msiTargetOf } from '../../../server/src/pci/msi-map.ts';
import { msiMapProblems } from '../../../server/src/pci/msi-map-problems.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { aliasCapabilitySum, aliasReason, requesterOf } from '../../../server/src/pci/requester.ts';
import {
  address,
  declared,
  downstream,
  endpoint,
  expander,
  hostBridge,
  indexOf,
  its,
  machine,
  machineOf,
  pciBridge,
  pciePciBridge,
  presentWith,
  rootPort,
  upstream,
  vf,
} from './build.ts';

function aliases(m: Machine) {
  const { topology } = placeMachine(m);
  const enumeration = enumerateAtBoot(topology, presentWith(topology));
  const path = (name: string) => requesterOf(topology, enumeration, indexOf(topology, name));
  const alias = (name: string) => path(name)?.aliasedRequesterId;
  const bridgeOf = (name: string) => {
    const bridge = path(name)?.aliasBridge;
    return bridge === undefined ? undefined : topology.functions[bridge]?.name;
  };
  const sum = (name: string) => aliasCapabilitySum(topology, enumeration, indexOf(topology, name));
  return { topology, enumeration, path, alias, bridgeOf, sum };
}

describe('requester IDs', () => {
  it('behind a PCIe-to-PCI bridge are its secondary bus (E3)', () => {
    const { alias, bridgeOf, sum } = aliases(
      machine([
        rootPort('rp', {}, [
          pciePciBridge('br', {}, [
            endpoint('net', { at: '01.0', msix: 4 }),
            endpoint('blk', { at: '02.0', msix: 2 }),
            endpoint('edu', { at: '03.0', msi: 1 }),
            endpoint('late', { at: '04.0', msix: 4, hotplug: true }),
          ]),
        ]),
      ]),
    );
    expect(['rp', 'br', 'net', 'blk', 'edu'].map(alias)).toEqual([0x8, 0x100, 0x200, 0x200, 0x200]);
    expect([bridgeOf('br'), bridgeOf('net')]).toEqual([undefined, 'br']);
    expect(sum('br')).toBe(7);
  });

  it('behind a conventional bridge on a root bus are its own (E5)', () => {
    const { alias, sum } = aliases(
      machine([pciBridge('br', { at: '03.0' }, [endpoint('edu', { at: '01.0', msi: 1 })])]),
    );
    expect(['br', 'edu'].map(alias)).toEqual([0x18, 0x18]);
    expect(sum('br')).toBe(1);
  });

  it('follow the outermost bridge, whose sum holds nested bridges, the larger capability counting', () => {
    const inner = pciBridge('inner', { at: '02.0' }, [endpoint('deep', { at: '01.0', msi: 1, msix: 5 })]);
    const { alias, bridgeOf, sum } = aliases(machine([pciePciBridge('outer', {}, [inner])]));
    expect(['outer', 'inner', 'deep'].map(alias)).toEqual([0x8, 0x100, 0x100]);
    expect(bridgeOf('deep')).toBe('outer');
    expect([sum('outer'), sum('inner')]).toEqual([6, 5]);
  });

  it('pass ports, switches and expanders unchanged', () => {
    const sw = upstream('up', {}, [downstream('dn', {}, [endpoint('a')])]);
    const { alias } = aliases(
      machine([rootPort('rp', {}, [sw]), expander('px', 0xc8, [rootPort('r2', {}, [endpoint('b')])])]),
    );
    expect(['a', 'b', 'r2'].map(alias)).toEqual([0x300, 0xc900, 0xc800]);
  });

  it('ignore phantom functions, and say so', () => {
    const { topology, path } = aliases(machine([endpoint('sata', { at: '02.0', dmaAliases: [address('02.1')] })]));
    expect(path('sata')).toMatchObject({ requesterId: 0x10, aliasedRequesterId: 0x10, aliasBridge: undefined });
    expect(path('sata')?.chain.map((step) => aliasReason(topology, step).text)).toEqual([
      'sata has requester ID 00:02.0 (0x0010): bus, device and function',
      "sata may also use 00:02.1 (0x0011); MSI ignores an alias on the function's own bus",
    ]);
  });

  it('know the bridges that Linux has quirks for', () => {
    const through = (id: string, options: Partial<Machine> = {}) =>
      aliases(
        machine([rootPort('rp', {}, [pciBridge('br', { pciId: id }, [endpoint('a', { at: '01.0' })])])], options),
      ).alias('a');
    expect(through('1234:5678')).toBe(0x100);
    for (const id of ['1b21:1080', '10e3:8113', '1283:8892', '1283:8893', '8086:244E']) expect(through(id)).toBe(0x200);
    expect(
      aliases(machine([pciBridge('dmi', { pciId: '8086:244e' }, [endpoint('a', { at: '01.0' })])])).alias('a'),
    ).toBe(0x8);
    expect(
      aliases(
        machine([
          rootPort('rp', {}, [
            pciBridge('br', { pciId: '8086:244e', written: ['alias'] }, [endpoint('a', { at: '01.0' })]),
          ]),
        ]),
      ).alias('a'),
    ).toBe(0x100);

    const aspeed = [pciePciBridge('br', { pciId: '1a03:1150' }, [endpoint('a', { at: '01.0' })])];
    expect(aliases(machine(aspeed)).alias('a')).toBe(0x108);
    expect(aliases(machine(aspeed, { rules: '6.12' })).alias('a')).toBe(0x100);

    const root = pciePciBridge('outer', {}, [
      rootPort('xlate', { pciId: '14e4:9084', at: '01.0' }, [pciePciBridge('br', {}, [endpoint('a', { at: '01.0' })])]),
    ]);
    expect(aliases(machine([root])).alias('a')).toBe(0x300);
  });

  it('of VFs on a further bus are their own, and not in a sum below a bridge', () => {
    const sriov = { totalVfs: 2, offset: 0xff, stride: 1, vfs: [vf('v', { count: 2, msix: 8 })] };
    const { alias, sum } = aliases(machine([rootPort('rp', {}, [endpoint('pf', { sriov, msix: 3 })])]));
    expect(['v[0]', 'v[1]'].map(alias)).toEqual([0x1ff, 0x200]);
    expect(sum('rp')).toBe(11);
  });

  it('are none for what was not found', () => {
    expect(aliases(machine([endpoint('late', { hotplug: true })])).path('late')).toBeUndefined();
  });
});

const entry = (first: number, last: number, out: number): MsiMapEntry => ({
  decl: declared('msi-map'),
  its,
  requesterIdFirst: first,
  requesterIdLast: last,
  deviceIdFirst: out,
});

describe('DeviceIDs', () => {
  const mapped = (entries: readonly MsiMapEntry[], options: Partial<Machine> = {}, mask = 0xffff) => {
    const bridge = hostBridge([rootPort('rp', {}, [endpoint('nic', { msix: 2 })])], {
      msi: { by: 'map', mask, entries },
    });
    const m = machineOf([bridge], options);
    const deviceId = (id: number) => {
      const target = msiTargetOf(m, bridge, id);
      return target.ok ? target.value.deviceId : target.errno;
    };
    const { topology } = placeMachine(m);
    const problems = msiMapProblems(topology, enumerateAtBoot(topology, presentWith(topology)));
    return { deviceId, rules: problems.map((problem) => problem.rule), problems };
  };
  const whole = entry(0, 0xffff, 0);

  it('come from the first entry that matches (E6), and without one are the requester ID', () => {
    const { deviceId, rules } = mapped([entry(0x100, 0x1ff, 0), entry(0x180, 0x2ff, 0x4000)]);
    expect([0x100, 0x101, 0x1ff, 0x200, 0x300].map(deviceId)).toEqual([0, 1, 0xff, 0x4080, 0x300]);
    expect(rules).toEqual(['msi-map-overlap', 'devid-msi-map-miss']);
  });

  it('mask the requester ID first; an entry outside the mask ends in EFAULT', () => {
    expect([0x100, 0x207].map(mapped([entry(0, 0xff, 0x10)], {}, 0xff).deviceId)).toEqual([0x10, 0x17]);
    const outside = mapped([entry(0, 0xf, 0x10), entry(0x100, 0x1ff, 0)], {}, 0xff);
    expect([0x105, 0x150].map(outside.deviceId)).toEqual([0x15, 'EFAULT']);
    expect(outside.rules).toContain('msi-map-mask-conflict');
  });

  it('with ACPI let a range that starts at the last ID of another take it', () => {
    const { deviceId, problems } = mapped([entry(0, 0x100, 0), entry(0x100, 0xffff, 0x8000)], { firmware: 'acpi' });
    expect([0xff, 0x100, 0x101].map(deviceId)).toEqual([0xff, 0x8000, 0x8001]);
    expect(problems.map((problem) => problem.message)).toEqual([
      'IORT id_count is count−1: ID 0x0100 claimed by two mappings, entries 1 and 2',
    ]);
    expect(mapped([entry(0, 0x100, 0), entry(0x80, 0xffff, 0x8000)], { firmware: 'acpi' }).deviceId(0x100)).toBe(0x100);
    expect(mapped([whole], { firmware: 'acpi' }, 0xff).rules).toEqual(['msi-map-mask-conflict']);
  });

  it('are the requester ID without a map, and none without a controller', () => {
    const bridge = hostBridge([]);
    expect(msiTargetOf(machineOf([bridge]), bridge, 0x1234)).toMatchObject({
      ok: true,
      value: { deviceId: 0x1234, its },
    });
    const without = hostBridge([], { msi: { by: 'none' } });
    expect(msiTargetOf(machineOf([without]), without, 8)).toEqual({ ok: false, errno: 'EINVAL' });
    expect(mapped([whole]).rules).toEqual([]);
  });
});

describe('msi-bus = false', () => {
  it('forbids MSI to what is below, not to the bridge', () => {
    const { topology } = placeMachine(
      machine([rootPort('rp', { bridge: { msiBus: false } }, [endpoint('a')]), endpoint('b')]),
    );
    const [rp, a, b] = ['rp', 'a', 'b'].map((name) => msiAllowed(topology, indexOf(topology, name)));
    expect([rp, b]).toEqual([{ allowed: true }, { allowed: true }]);
    expect(a).toEqual({ allowed: false, why: 'msi-bus', by: indexOf(topology, 'rp') });
  });

  it('of the host bridge and a missing controller forbid all', () => {
    for (const options of [{ msiBus: false }, { msi: { by: 'none' } }] as const) {
      const { topology } = placeMachine(machineOf([hostBridge([endpoint('a')], options)]));
      expect(msiAllowed(topology, 0).allowed).toBe(false);
    }
  });
});
