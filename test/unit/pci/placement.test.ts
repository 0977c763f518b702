import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../server/src/model/machine.ts';
import { addressText, devfnOf } from '../../../server/src/pci/bus.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { NOWHERE } from '../../../server/src/pci/topology.ts';
import {
  downstream,
  endpoint,
  expander,
  hostBridge,
  machine,
  machineOf,
  named,
  pciBridge,
  pciePciBridge,
  rootPort,
  upstream,
  vf,
} from './build.ts';

const places = (m: Machine) =>
  placeMachine(m).topology.functions.map((fn) =>
    fn.rootBus === NOWHERE ? `${fn.name} nowhere` : `${fn.name} ${addressText(devfnOf(fn))}`,
  );

const rules = (m: Machine) => placeMachine(m).problems.map((problem) => problem.rule);

const firstProblem = (m: Machine) => {
  const [problem] = placeMachine(m).problems;
  if (problem === undefined) throw new Error('no problem');
  return problem;
};

describe('places', () => {
  it('takes explicit addresses first, then the lowest free device in file order', () => {
    expect(places(machine([endpoint('a'), endpoint('b', { at: '01.0' }), endpoint('c')]))).toEqual([
      'a 02.0',
      'b 01.0',
      'c 03.0',
    ]);
  });

  it('counts from 01 below a host bridge and an SHPC bridge, from 00 elsewhere', () => {
    const bridge = pciePciBridge('br', {}, [endpoint('slot')]);
    const plain = pciBridge('plain', { bridge: { hotplug: 'none' } }, [endpoint('first')]);
    const port = rootPort('rp', {}, [upstream('up', {}, [downstream('dn', { count: 2 })])]);
    expect(places(machine([bridge, plain, port]))).toEqual([
      'br 01.0',
      'slot 01.0',
      'plain 02.0',
      'first 00.0',
      'rp 03.0',
      'up 00.0',
      'dn[0] 00.0',
      'dn[1] 01.0',
    ]);
  });

  it('spreads arrays over slots or functions, from their address on', () => {
    expect(places(machine([endpoint('a', { count: 2, at: '03.0' })]))).toEqual(['a[0] 03.0', 'a[1] 04.0']);
    const functions = places(machine([endpoint('a', { count: 10, at: '03.0', spread: 'functions' })]));
    expect([functions[0], functions[7], functions[8]]).toEqual(['a[0] 03.0', 'a[7] 03.7', 'a[8] 04.0']);
    const free = places(machine([endpoint('x', { at: '02.0' }), endpoint('a', { count: 9, spread: 'functions' })]));
    expect([free[1], free[8], free[9]]).toEqual(['a[0] 01.0', 'a[7] 01.7', 'a[8] 03.0']);
  });

  it('numbers nested arrays with the outer index first', () => {
    const m = machine([
      rootPort('rp', { count: 3 }, [endpoint('nic'), endpoint('fn', { count: 2, at: '00.1', spread: 'functions' })]),
    ]);
    const { topology } = placeMachine(m);
    const fn = m.hostBridges[0]?.children[0]?.children[1];
    expect(fn && topology.byNode.get(fn)?.map((index) => topology.functions[index]?.name)).toEqual([
      'fn[0][0]',
      'fn[0][1]',
      'fn[1][0]',
      'fn[1][1]',
      'fn[2][0]',
      'fn[2][1]',
    ]);
    expect(named(topology, 'fn[2][1]').element).toBe(5);
    expect(named(topology, 'nic[2]').element).toBe(2);
  });

  it('names blocks without a name by kind and place', () => {
    expect(places(machine([rootPort('rp', {}, [endpoint(undefined)])]))).toEqual([
      'rp 01.0',
      'endpoint 00.0 below rp 00.0',
    ]);
  });

  it('keeps the address of a hotplug function free, and lets alternatives share one', () => {
    const m = machine([
      rootPort('rp', {}, [endpoint('a', { hotplug: true }), endpoint('b', { hotplug: true })]),
      endpoint('late', { hotplug: true, at: '02.0' }),
      endpoint('cold'),
    ]);
    expect(rules(m)).toEqual([]);
    expect(places(m)).toEqual(['rp 01.0', 'a 00.0', 'b 00.0', 'late 02.0', 'cold 03.0']);
  });

  it('places VFs from offset and stride, with carry into the bus', () => {
    const sriov = { totalVfs: 64, offset: 0x80, stride: 4, vfs: [vf('v', { count: 64 })] };
    const { topology, problems } = placeMachine(machine([rootPort('rp', {}, [endpoint('pf', { sriov })])]));
    const v = (i: number) => named(topology, `v[${i}]`);
    expect([devfnOf(v(31)), v(31).vf?.busOffset]).toEqual([0xfc, 0]);
    expect([devfnOf(v(32)), v(32).vf?.busOffset]).toEqual([0x00, 1]);
    expect([devfnOf(v(63)), v(63).vf?.busOffset]).toEqual([0x7c, 1]);
    expect(problems).toEqual([]);
  });

  it('gives a plain pxb its internal bridge, whose bus takes endpoints', () => {
    const m = machine([expander('px', 64, [endpoint('nic', { at: '01.0' })], { type: 'pxb' })]);
    expect(rules(m)).toEqual([]);
    const { topology } = placeMachine(m);
    const nic = named(topology, 'nic');
    expect(topology.functions[nic.parent ?? NOWHERE]?.node.kind).toBe('pci-bridge');
    expect(topology.rootBuses[1]).toMatchObject({ bus: 64, children: [nic.parent] });
  });

  it('ends each root bus before the next one', () => {
    const { topology } = placeMachine(machine([expander('b', 200, []), expander('a', 64, [])]));
    expect(topology.rootBuses.map(({ bus, lastBus }) => [bus, lastBus])).toEqual([
      [0, 63],
      [200, 255],
      [64, 199],
    ]);
  });
});

describe('problems of places', () => {
  it('address-conflict', () => {
    const m = machine([endpoint('a', { at: '03.0' }), endpoint('b', { at: '03.0' })]);
    expect(firstProblem(m)).toMatchObject({
      rule: 'address-conflict',
      part: 'at',
      message: 'b and a are both at 03.0 below pcie0',
    });
    expect(places(m)).toEqual(['a 03.0', 'b nowhere']);
    expect(rules(machine([endpoint('a', { at: '02.0', hotplug: true }), endpoint('b', { at: '02.0' })]))).toEqual([
      'address-conflict',
    ]);
    expect(rules(machine([endpoint('a', { count: 32 })]))).toEqual(['address-conflict']);
  });

  it('address-conflict with the host bridge, only where that is a function', () => {
    expect(rules(machine([rootPort('rp', { at: '00.0' })]))).toEqual([]);
    expect(firstProblem(machine([rootPort('rp', { at: '00.0' })], { vmm: { major: 10, minor: 0 } })).message).toBe(
      'rp and the host bridge are both at 00.0 below pcie0',
    );
  });

  it('value-out-of-range past device 1f', () => {
    expect(firstProblem(machine([endpoint('a', { count: 3, at: '1e.0' })]))).toMatchObject({
      rule: 'value-out-of-range',
      message: 'a[2] would be at device 20; devices of a bus end at 1f',
    });
  });

  it('function-zero-missing', () => {
    expect(rules(machine([endpoint('a', { at: '03.1' })]))).toEqual(['function-zero-missing']);
    expect(rules(machine([endpoint('a', { at: '03.1' }), endpoint('b', { at: '03.0', hotplug: true })]))).toEqual([
      'function-zero-missing',
    ]);
    expect(
      rules(machine([endpoint('a', { at: '03.1', hotplug: true }), endpoint('b', { at: '03.0', hotplug: true })])),
    ).toEqual([]);
  });

  it('multifunction-flag-missing', () => {
    const zero = (multifunction?: boolean) => endpoint('a', { at: '03.0', multifunction });
    expect(rules(machine([zero(false), endpoint('b', { at: '03.1' })]))).toEqual(['multifunction-flag-missing']);
    expect(rules(machine([zero(), endpoint('b', { at: '03.1' })]))).toEqual([]);
    expect(rules(machine([zero(false)]))).toEqual([]);
  });

  it('root-port-slot-not-zero, unless the port forwards ARI', () => {
    const below = (ari: boolean) =>
      machine([rootPort('rp', { bridge: { ari } }, [endpoint('z'), endpoint('a', { at: '01.0' })])]);
    expect(rules(below(false))).toEqual(['root-port-slot-not-zero']);
    expect(rules(below(true))).toEqual([]);
  });

  it('port-overcommitted, once for an array of ports', () => {
    const m = machine([rootPort('rp', { count: 4 }, [endpoint('a'), endpoint('b'), endpoint('c', { count: 2 })])]);
    expect(rules(m)).toEqual(['port-overcommitted', 'port-overcommitted']);
    expect(firstProblem(m).message).toBe('rp[0] accepts one device, b[0] is one more beside a[0]');
    expect(rules(machine([rootPort('rp', {}, [endpoint('a', { count: 8, spread: 'functions' })])]))).toEqual([]);
  });

  it('endpoint-on-extra-root', () => {
    expect(firstProblem(machine([expander('px', 64, [endpoint('nic')])])).rule).toBe('endpoint-on-extra-root');
    expect(rules(machine([expander('px', 64, [rootPort('rp')])]))).toEqual([]);
  });

  it('pcie-only-on-conventional', () => {
    const ssd = endpoint('ssd', { type: 'nvme', interface: 'pcie' });
    expect(rules(machine([pciePciBridge('br', {}, [ssd])]))).toEqual(['pcie-only-on-conventional']);
    expect(rules(machine([rootPort('rp', {}, [ssd])]))).toEqual([]);
  });

  it('port-in-wrong-place', () => {
    expect(firstProblem(machine([downstream('dn')])).message).toBe(
      'dn (xio3130-downstream) must be connected to a switch, not to pcie0, a host-bridge',
    );
    expect(rules(machine([rootPort('rp', {}, [rootPort('deep')])]))).toEqual(['port-in-wrong-place']);
    expect(rules(machine([upstream('up')]))).toEqual(['port-in-wrong-place']);
  });

  it('duplicate-pxb-bus-nr', () => {
    expect(firstProblem(machine([expander('a', 64, []), expander('b', 64, [])]))).toMatchObject({
      rule: 'duplicate-pxb-bus-nr',
      message: 'Bus 64 is already in use by a',
      facts: { free: 65 },
    });
    const twice = [hostBridge([]), hostBridge([], { name: 'pcie1' })];
    expect(rules(machineOf(twice))).toEqual(['duplicate-pxb-bus-nr']);
    expect(rules(machineOf([hostBridge([]), hostBridge([], { segment: 1 })]))).toEqual([]);
  });

  it('duplicate-chassis-slot', () => {
    const port = (name: string, slot: number) => rootPort(name, { bridge: { chassis: 1, slot } });
    expect(rules(machine([port('a', 1), port('b', 1)]))).toEqual(['duplicate-chassis-slot']);
    expect(rules(machine([port('a', 1), port('b', 2)]))).toEqual([]);
  });

  it('shpc-slot-zero', () => {
    const below = (hotplug: boolean) => machine([pciePciBridge('br', {}, [endpoint('a', { at: '00.0', hotplug })])]);
    expect(rules(below(true))).toEqual(['shpc-slot-zero']);
    expect(rules(below(false))).toEqual([]);
  });

  it('the SR-IOV registers', () => {
    const pf = (offset: number, stride: number, totalVfs: number, count: number, vmm = false) =>
      rules(
        machine(
          [rootPort('rp', {}, [endpoint('pf', { sriov: { totalVfs, offset, stride, vfs: [vf('v', { count })] } })])],
          {
            vmm: vmm ? { major: 10, minor: 0 } : undefined,
          },
        ),
      );
    expect(pf(0, 1, 1, 1)).toEqual(['sriov-bad-offset-stride']);
    expect(pf(1, 0, 2, 2)).toEqual(['sriov-bad-offset-stride']);
    expect(pf(1, 0, 1, 1)).toEqual([]);
    expect(pf(1, 1, 4, 5)).toEqual(['sriov-numvfs-exceeds-total']);
    expect(pf(0x80, 4, 64, 4, true)).toEqual(['sriov-vf-address-overflow-qemu']);
    expect(pf(0x80, 2, 64, 4, true)).toEqual([]);
  });

  it('limit-exceeded: the rest is placed', () => {
    const withVfs = (...counts: readonly number[]) => {
      const vfs = counts.map((count, i) => vf(`v${i}`, { count }));
      const a = endpoint('a', { sriov: { totalVfs: 3000, offset: 1, stride: 1, vfs } });
      return placeMachine(machine([rootPort('rp', { count: 30 }, [a])]));
    };
    const sum = withVfs(1500, 1500);
    expect(sum.topology.functions.length).toBe(65_536);
    expect(sum.problems.map((problem) => problem.message)).toEqual([
      'Functions in segment 0: 90060 is over the limit of 65536; the rest is checked',
    ]);
    // 30 × 3000 are too many by themselves, which the model has said.
    const product = withVfs(3000);
    expect(product.topology.functions.length).toBe(65_536);
    expect(product.problems).toEqual([]);
  });
});
