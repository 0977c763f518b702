import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../server/src/model/machine.ts';
import { bootOrder, enumerationOrder, removalOrder } from '../../../server/src/pci/boot-order.ts';
import { enumerateAtBoot } from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { freeSlots, placeAllSpares, placeHotplug } from '../../../server/src/pci/slots.ts';
import { comesWith } from '../../../server/src/pci/subtree.ts';
import { NOWHERE } from '../../../server/src/pci/topology.ts';
import { endpoint, expander, indexOf, machine, pciBridge, pciePciBridge, presentWith, rootPort, vf } from './build.ts';

function boot(m: Machine) {
  const { topology } = placeMachine(m);
  const present = presentWith(topology);
  const enumeration = enumerateAtBoot(topology, present);
  const names = (order: readonly number[]) => order.map((fn) => topology.functions[fn]?.name);
  return { topology, present, enumeration, names };
}

describe('boot order', () => {
  const children = [
    rootPort('rp1', { at: '01.0' }, [pciePciBridge('deep')]),
    pciePciBridge('br', { at: '02.0' }, [endpoint('a')]),
    rootPort('rp3', { at: '03.0' }, [endpoint('b')]),
    pciBridge('plain', { at: '04.0', bridge: { hotplug: 'none' } }),
    expander('px', 64, [rootPort('far')], { at: '05.0' }),
  ];

  it('with devicetree is bus by bus, with ACPI ports before bridges and the highest root bus first (E14)', () => {
    for (const [firmware, ports, endpoints] of [
      ['devicetree', ['rp1', 'br', 'rp3', 'deep', 'far'], ['a', 'b']],
      ['acpi', ['far', 'rp1', 'rp3', 'br', 'deep'], ['a', 'b']],
    ] as const) {
      const { topology, enumeration, names } = boot(machine(children, { firmware }));
      const order = bootOrder(topology, enumeration);
      expect(names(order.ports)).toEqual(ports);
      expect(names(order.endpoints)).toEqual(endpoints);
    }
  });

  it('lists VFs by requester ID', () => {
    const sriov = { totalVfs: 2, offset: 4, stride: 2, vfs: [vf('v', { count: 2 })] };
    const { topology, enumeration, names } = boot(
      machine([endpoint('pf', { at: '02.0', sriov }), endpoint('f1', { at: '02.1' }), endpoint('f5', { at: '02.5' })]),
    );
    expect(names(enumerationOrder(topology, enumeration))).toEqual(['pf', 'f1', 'v[0]', 'f5', 'v[1]']);
  });

  it('of removal is the last function first, a bridge after what is behind it', () => {
    const sriov = { totalVfs: 2, offset: 1, stride: 1, vfs: [vf('v', { count: 2 })] };
    const { topology, enumeration, names } = boot(
      machine([
        rootPort('rp', {}, [
          pciePciBridge('br', {}, [endpoint('x'), endpoint('y'), endpoint('later', { hotplug: true })]),
        ]),
        rootPort('rq', {}, [endpoint('pf', { sriov })]),
      ]),
    );
    expect(names(removalOrder(topology, enumeration, indexOf(topology, 'rp')))).toEqual(['y', 'x', 'br', 'rp']);
    expect(names(removalOrder(topology, enumeration, indexOf(topology, 'rq')))).toEqual(['v[1]', 'v[0]', 'pf', 'rq']);
    expect(names(removalOrder(topology, enumeration, indexOf(topology, 'pf')))).toEqual(['v[1]', 'v[0]', 'pf']);
  });

  it('what comes with a plugged bridge are cold functions below it', () => {
    const { topology, names } = boot(
      machine([pciePciBridge('br', { hotplug: true }, [endpoint('x'), endpoint('later', { hotplug: true })])]),
    );
    expect(names(comesWith(topology, indexOf(topology, 'br')))).toEqual(['br', 'x']);
  });
});

describe('free slots', () => {
  const tree = [
    rootPort('used', {}, [endpoint('nic')]),
    rootPort('free', { count: 2 }),
    rootPort('off', { bridge: { hotplug: 'none' } }),
    rootPort('kept', {}, [endpoint('late', { hotplug: true })]),
    pciePciBridge('br', {}, [endpoint('old', { count: 29 }), endpoint('soon', { hotplug: true })]),
  ];

  it('are those of ports and of SHPC bridges that nothing has or is kept for', () => {
    const { topology, enumeration, present } = boot(machine(tree));
    expect(freeSlots(topology, enumeration, present)).toEqual([
      { bridge: indexOf(topology, 'free[0]'), device: 0, by: 'native', bus: 'pcie' },
      { bridge: indexOf(topology, 'free[1]'), device: 0, by: 'native', bus: 'pcie' },
      { bridge: indexOf(topology, 'br'), device: 31, by: 'shpc', bus: 'conventional' },
    ]);
  });

  it('are given to spares, the lowest that fits first', () => {
    const spare = (name: string, count: number, type: 'pcie' | 'conventional' | 'either') =>
      endpoint(name, { count, hotplug: true, interface: type });
    const [express, any] = [spare('express', 1, 'pcie'), spare('any', 3, 'either')];
    const { topology, enumeration, present } = boot(machine(tree, { unplaced: [express, any] }));
    expect(topology.functions.filter((fn) => fn.rootBus === NOWHERE).map((fn) => fn.name)).toEqual([
      'express[0]',
      'any[0]',
      'any[1]',
      'any[2]',
    ]);
    const all = placeAllSpares(topology, enumeration, present);
    expect(all.fits.map(({ placed, unplaced }) => [placed.length, unplaced.length])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    const parents = ['express[0]', 'any[0]', 'any[1]'].map((name) => {
      const fn = all.topology.functions[indexOf(all.topology, name)];
      return [fn?.parent, fn?.device];
    });
    expect(parents).toEqual([
      [indexOf(topology, 'free[0]'), 0],
      [indexOf(topology, 'free[1]'), 0],
      [indexOf(topology, 'br'), 31],
    ]);
    expect(all.topology.functions[indexOf(topology, 'free[1]')]?.children).toEqual([indexOf(topology, 'any[0]')]);
    expect(topology.functions[indexOf(topology, 'free[1]')]?.children).toEqual([]);

    // Another moment: free[0] is where the second one lands once it is the lowest.
    const again = placeHotplug(all.topology, enumeration, present, any, [1]);
    expect(again.topology.functions[indexOf(topology, 'any[1]')]?.parent).toBe(indexOf(topology, 'free[0]'));
    expect(again.topology.functions[indexOf(topology, 'br')]?.children).not.toContain(indexOf(topology, 'any[1]'));
  });
});
