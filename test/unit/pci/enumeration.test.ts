import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../server/src/model/machine.ts';
import { busProblems } from '../../../server/src/pci/bus-problems.ts';
import {
  addSubtree,
  enumerateAtBoot,
  removeSubtree,
  requesterIdOf,
  rescan,
} from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { plannedBridgeProblems } from '../../../server/src/pci/planned-bridges.ts';
import {
  address,
  downstream,
  endpoint,
  expander,
  hostBridge,
  indexOf,
  MiB,
  machine,
  machineOf,
  pciBridge,
  pciePciBridge,
  presentWith,
  rootPort,
  upstream,
  vf,
} from './build.ts';

function boot(m: Machine) {
  const { topology } = placeMachine(m);
  const present = presentWith(topology);
  const enumeration = enumerateAtBoot(topology, present);
  const secondary = (name: string) => enumeration.ranges.get(indexOf(topology, name))?.secondary;
  const subordinate = (name: string) => enumeration.ranges.get(indexOf(topology, name))?.subordinate;
  const requesterId = (name: string) => requesterIdOf(topology, enumeration, indexOf(topology, name));
  const problems = busProblems(topology, enumeration);
  return { topology, enumeration, present, secondary, subordinate, requesterId, problems };
}

describe('numbering at boot', () => {
  it('is depth first, siblings by device (E14: two bridges below two ports take four buses)', () => {
    const { secondary, subordinate } = boot(
      machine([
        rootPort('b', { at: '02.0' }, [pciePciBridge('brb')]),
        rootPort('a', { at: '01.0' }, [pciePciBridge('bra')]),
      ]),
    );
    expect(['a', 'bra', 'b', 'brb'].map(secondary)).toEqual([1, 2, 3, 4]);
    expect(['a', 'bra', 'b', 'brb'].map(subordinate)).toEqual([2, 2, 4, 4]);
  });

  it('reserves the buses of VFs before those of bridges', () => {
    const sriov = { totalVfs: 64, offset: 0x80, stride: 4, vfs: [vf('v', { count: 64 })] };
    const { secondary, subordinate, requesterId } = boot(
      machine([rootPort('rp', {}, [endpoint('pf', { sriov })]), rootPort('next')]),
    );
    expect([secondary('rp'), subordinate('rp'), secondary('next')]).toEqual([1, 2, 3]);
    expect(['v[0]', 'v[31]', 'v[32]', 'v[63]'].map(requesterId)).toEqual([0x180, 0x1fc, 0x200, 0x27c]);
  });

  it('gives igb VFs the addresses of E14', () => {
    const sriov = { totalVfs: 8, offset: 0x80, stride: 2, vfs: [vf('v', { count: 8 })] };
    const { requesterId } = boot(machine([rootPort('rp', {}, [endpoint('igb', { sriov })])]));
    expect([0, 1, 3, 4, 7].map((i) => requesterId(`v[${i}]`))).toEqual([0x180, 0x182, 0x186, 0x188, 0x18e]);
  });

  it('keeps fixed numbers, the others come after them', () => {
    const { secondary, problems } = boot(
      machine([rootPort('a'), rootPort('b', { bridge: { bus: 0x10 } }), rootPort('c', { bridge: { bus: 0 } })]),
    );
    expect(['a', 'b', 'c'].map(secondary)).toEqual([0x11, 0x10, 0x12]);
    expect(problems.map((problem) => problem.message)).toEqual([
      'c has bus 0x12 behind it, not 0x00: that number is not above its own bus 0x00',
    ]);
  });

  it('reserves `buses` and hpbussize below', () => {
    const ports = [rootPort('a', { bridge: { busesReserved: 3 } }), rootPort('b')];
    expect(boot(machine(ports)).secondary('b')).toBe(5);
    const kernelOptions = { msi: true, hotplugBusSize: 4 };
    expect(boot(machine([rootPort('a'), rootPort('b')], { kernelOptions })).secondary('b')).toBe(5);
  });

  it('scans device 0 only below a port, and functions above 0 only behind function 0', () => {
    const { requesterId } = boot(
      machine([
        rootPort('rp', {}, [endpoint('zero'), endpoint('one', { at: '01.0' })]),
        endpoint('alone', { at: '05.1' }),
        endpoint('single', { at: '06.0', multifunction: false }),
        endpoint('hidden', { at: '06.1' }),
        endpoint('multi', { at: '07.0' }),
        endpoint('seen', { at: '07.3' }),
      ]),
    );
    expect(['zero', 'one', 'alone', 'single', 'hidden', 'multi', 'seen'].map(requesterId)).toEqual([
      0x100,
      undefined,
      undefined,
      0x30,
      undefined,
      0x38,
      0x3b,
    ]);
  });

  it('numbers each segment and each root bus by itself', () => {
    const { secondary } = boot(
      machineOf([
        hostBridge([rootPort('a'), expander('px', 64, [rootPort('b')])]),
        hostBridge([rootPort('c')], { segment: 1, busRange: { first: 32, last: 255 }, ecamBytes: 224 * MiB }),
      ]),
    );
    expect(['a', 'b', 'c'].map(secondary)).toEqual([1, 65, 33]);
  });
});

describe('too few buses', () => {
  it('ecam-bus-exhausted: the number is given, nothing behind is found (E14)', () => {
    const { secondary, requesterId, problems } = boot(
      machineOf([hostBridge([rootPort('rp', { count: 16 }, [endpoint('nic')])], { ecamBytes: 16 * MiB })]),
    );
    expect([secondary('rp[14]'), secondary('rp[15]')]).toEqual([15, 16]);
    expect([requesterId('nic[14]'), requesterId('nic[15]')]).toEqual([0xf00, undefined]);
    expect(problems).toMatchObject([
      {
        rule: 'ecam-bus-exhausted',
        message: 'Topology needs bus 16; ECAM 16 MiB has buses 0..15, nothing behind rp[15] is found',
        facts: { needed: 16, neededMiB: 17 },
      },
    ]);
  });

  it('ecam-bus-range-shrunk', () => {
    const { problems } = boot(machineOf([hostBridge([], { ecamBytes: 16 * MiB, busRange: { first: 0, last: 255 } })]));
    expect(problems.map((problem) => problem.rule)).toEqual(['ecam-bus-range-shrunk']);
  });

  it('bus-number-exceeds-255', () => {
    const tree = pciBridge('br', { count: 31, at: '01.0', bridge: { hotplug: 'none' } }, [
      pciBridge('in', { count: 9, bridge: { hotplug: 'none' } }, [endpoint('nic')]),
    ]);
    const { problems, enumeration } = boot(machine([tree]));
    expect(problems.map((problem) => problem.rule)).toEqual(['bus-number-exceeds-255']);
    expect(Math.max(...enumeration.buses.values())).toBe(255);
  });

  it('pxb-bus-range-overflow', () => {
    const { problems } = boot(
      machine([expander('a', 8, [rootPort('rp', { count: 3 })]), expander('b', 10, [rootPort('other')])]),
    );
    expect(problems).toMatchObject([
      {
        rule: 'pxb-bus-range-overflow',
        message: 'Buses 8..11 of a overlap b at 10; nothing behind rp[1] is found',
        facts: { raiseTo: 12 },
      },
    ]);
  });

  it('sriov-bus-out-of-range: no VF at all', () => {
    const sriov = { totalVfs: 64, offset: 0x80, stride: 4, vfs: [vf('v', { count: 64 })] };
    const belowPort = (ecamBytes: number) =>
      boot(machineOf([hostBridge([rootPort('rp', {}, [endpoint('pf', { sriov })])], { ecamBytes })]));
    const { requesterId, problems } = belowPort(3 * MiB);
    expect([requesterId('v[0]'), requesterId('v[40]')]).toEqual([0x180, 0x220]);
    expect(problems).toEqual([]);
    const short = belowPort(2 * MiB);
    expect(short.requesterId('v[0]')).toBeUndefined();
    expect(short.problems).toMatchObject([
      { rule: 'sriov-bus-out-of-range', facts: { reach: 2, end: 1, fitting: 32 } },
    ]);
    const onRoot = boot(
      machineOf([
        hostBridge([endpoint('pf', { at: '1f.7', sriov }), endpoint('z', { at: '1f.0' })], { ecamBytes: 1 * MiB }),
      ]),
    );
    expect(onRoot.requesterId('v[0]')).toBeUndefined();
    expect(onRoot.problems).toMatchObject([
      { rule: 'sriov-bus-out-of-range', facts: { reach: 2, end: 0, fitting: 0 } },
    ]);
  });

  it('address-mismatch', () => {
    const { problems } = boot(
      machine([
        rootPort('rp', {}, [endpoint('nic', { at: address('02:00.0') })]),
        endpoint('b', { at: address('0001:00:05.0') }),
      ]),
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      'nic is on bus 0x01, not 0x02',
      'b is in segment 0x0000, not 0x0001',
    ]);
  });
});

describe('hot-plug', () => {
  const shared = machine([
    rootPort('rp', {}, [
      pciePciBridge('br', {}, [endpoint('nic', { at: '01.0' }), endpoint('late', { at: '04.0', hotplug: true })]),
      pciePciBridge('again', { hotplug: true }, [endpoint('inside', { at: '02.0' })]),
    ]),
    rootPort('empty', {}, [pciePciBridge('new', { hotplug: true })]),
  ]);

  it('finds what is plugged and loses what is unplugged, nothing else moves (E3)', () => {
    const { topology, enumeration } = boot(shared);
    const late = indexOf(topology, 'late');
    const plugged = addSubtree(enumeration, topology, late, presentWith(topology, 'late'));
    expect(plugged).toMatchObject({ ok: true, found: [late] });
    expect(requesterIdOf(topology, plugged.enumeration, late)).toBe(0x220);
    const unplugged = removeSubtree(plugged.enumeration, topology, late);
    expect([...unplugged.buses]).toEqual([...enumeration.buses]);
  });

  it('gives a bridge in the place of another the same bus', () => {
    const { topology, enumeration } = boot(shared);
    const [br, again, inside] = ['br', 'again', 'inside'].map((name) => indexOf(topology, name)) as [
      number,
      number,
      number,
    ];
    const without = removeSubtree(enumeration, topology, br);
    expect([...without.buses.keys()]).toEqual(
      [indexOf(topology, 'rp'), indexOf(topology, 'empty')].sort((a, b) => a - b),
    );
    const present = (fn: number) => ['rp', 'empty', 'again', 'inside'].some((name) => indexOf(topology, name) === fn);
    const scan = addSubtree(without, topology, again, present);
    expect(scan).toMatchObject({ ok: true, found: [again, inside] });
    expect(scan.enumeration.ranges.get(again)).toEqual({ secondary: 2, subordinate: 2, reachable: true });
    expect(requesterIdOf(topology, scan.enumeration, inside)).toBe(0x210);
  });

  it('bridge-no-hotplug-bus: a port has one bus, unless more are kept', () => {
    const { topology, enumeration, present } = boot(shared);
    const bridge = indexOf(topology, 'new');
    const scan = addSubtree(enumeration, topology, bridge, presentWith(topology, 'new'));
    expect(scan.ok ? undefined : scan.problem.message).toBe(
      'Hot-adding pcie-pci-bridge below empty needs a bus; range 3..3 is full',
    );
    expect(requesterIdOf(topology, scan.enumeration, bridge)).toBe(0x300);
    expect(scan.enumeration.ranges.has(bridge)).toBe(false);
    expect(plannedBridgeProblems(topology, enumeration, present).map((problem) => problem.functions[0])).toEqual([
      bridge,
    ]);

    const roomy = boot(
      machine([
        rootPort('rp', { bridge: { busesReserved: 1 } }, [pciePciBridge('new', { hotplug: true })]),
        rootPort('next'),
      ]),
    );
    expect(plannedBridgeProblems(roomy.topology, roomy.enumeration, roomy.present)).toEqual([]);
  });

  it('spreads spare buses over the ports of a hot-plugged switch', () => {
    const sw = upstream('up', { hotplug: true }, [downstream('dn', { count: 2 }, [])]);
    const { topology, enumeration } = boot(machine([rootPort('rp', { bridge: { busesReserved: 8 } }, [sw])]));
    const scan = addSubtree(enumeration, topology, indexOf(topology, 'up'), () => true);
    const range = (name: string) => scan.enumeration.ranges.get(indexOf(topology, name));
    expect(range('up')).toMatchObject({ secondary: 2, subordinate: 8 });
    expect(range('dn[0]')).toMatchObject({ secondary: 3, subordinate: 5 });
    expect(range('dn[1]')).toMatchObject({ secondary: 6, subordinate: 8 });
  });

  it('finds functions above 0 when function 0 comes', () => {
    const { topology, enumeration } = boot(
      machine([
        rootPort('rp', {}, [
          endpoint('zero', { at: '00.0', hotplug: true }),
          endpoint('one', { at: '00.1', hotplug: true }),
        ]),
      ]),
    );
    const [zero, one] = [indexOf(topology, 'zero'), indexOf(topology, 'one')];
    const first = addSubtree(enumeration, topology, one, presentWith(topology, 'one'));
    expect(first.found).toEqual([]);
    const second = addSubtree(first.enumeration, topology, zero, presentWith(topology, 'one', 'zero'));
    expect(second.found).toEqual([zero, one]);
  });

  it('a rescan brings back what was removed, with the same numbers', () => {
    const { topology, enumeration, present } = boot(shared);
    const without = removeSubtree(enumeration, topology, indexOf(topology, 'rp'));
    expect(without.buses.size).toBe(1);
    const again = rescan(without, topology, present);
    expect([...again.enumeration.buses]).toEqual([...enumeration.buses]);
    expect([...again.enumeration.ranges]).toEqual([...enumeration.ranges]);
  });
});
