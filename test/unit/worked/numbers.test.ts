import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../server/src/model/machine.ts';
import { requesterIdOf } from '../../../server/src/pci/enumeration.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { boot } from '../../../server/src/timeline/boot.ts';
import { unbindDriver } from '../../../server/src/timeline/free.ts';
import { enableVfs } from '../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { changeFunction } from '../../../server/src/timeline/state.ts';
import type { MachineRecord } from '../../conformance/record.ts';
import { toMachine } from '../../conformance/to-machine.ts';
import { allocate, commands, endpoint, free, type Given, given, pciBridge, rootPort } from '../timeline/given.ts';

const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'];

/** The driver goes and comes back. */
function rebind(machine: Given, id: string): void {
  machine.state = unbindDriver(machine.state, machine.fn(id)).state;
  machine.state = changeFunction(machine.state, machine.fn(id), { driver: 'test' });
}

describe('DeviceID 0', () => {
  it('gets 32 events for one vector', () => {
    const controller = { type: 'gicv3', msiMap: [{ ridBase: 0x100, out: 0, length: 0x100 }] };
    const port = rootPort('port', '01.0');
    const functions = [port, endpoint('a', '00.0', 1, 0, 'port'), endpoint('b', '00.1', 1, 0, 'port')];
    const machine = given(functions, { controller });
    const [next] = machine.state.controllers;
    const base = next?.type === 'gicv3' ? (next.lpis[0]?.first ?? 0) : 0;
    expect(commands(allocate(machine, 'a', { modes: ['msi'] }).effects)[0]).toBe(
      `MAPD 0 events 32 lpis ${base}+32 of 32`,
    );
    expect(commands(allocate(machine, 'b', { modes: ['msi'] }).effects)[0]).toBe(
      `MAPD 1 events 2 lpis ${base + 32}+1 of 1`,
    );
  });
});

describe('MSI counts that are no power of two', () => {
  it.each(systems)('leave 15 of 32 events behind, and the next insertion fails: %s', (os) => {
    const machine = given([endpoint('card', '01.0', 32, 0)], { os });
    const seventeen = { modes: ['msi'], min: 17, max: 17 } as const;
    expect(commands(allocate(machine, 'card', seventeen).effects)).toEqual([
      'MAPD 8 events 32 lpis 8192+32 of 32',
      'MAPTI 8 events 0..16 lpis 8192..8208',
    ]);
    rebind(machine, 'card');
    expect(allocate(machine, 'card', seventeen).errno).toBe('ENOSPC');
    expect(allocate(machine, 'card', { ...seventeen, min: 1 }).granted).toBe(1);
  });

  it('7.2: five of 32 messages fit four times, then one', () => {
    const machine = given([endpoint('card', '01.0', 32, 0)]);
    const firstEvents = [1, 2, 3, 4].map(() => {
      const { vectors } = allocate(machine, 'card', { modes: ['msi'], min: 1, max: 5 });
      rebind(machine, 'card');
      return vectors[0]?.data;
    });
    expect(firstEvents).toEqual([0, 8, 16, 24]);
    expect(allocate(machine, 'card', { modes: ['msi'], min: 1, max: 5 }).granted).toBe(1);
  });

  it.each(['linux-6.1', 'linux-6.12'])('%s: the second insertion of five gets one', (os) => {
    const machine = given([endpoint('card', '01.0', 32, 0)], { os });
    expect(allocate(machine, 'card', { modes: ['msi'], min: 5, max: 5 }).granted).toBe(5);
    rebind(machine, 'card');
    expect(allocate(machine, 'card', { modes: ['msi'], min: 1, max: 5 }).granted).toBe(1);
  });

  it.each(systems)('sixteen never leak: %s', (os) => {
    const machine = given([endpoint('card', '01.0', 32, 0)], { os });
    for (let insertion = 0; insertion < 5; insertion++) {
      expect(allocate(machine, 'card', { modes: ['msi'], min: 16, max: 16 }).vectors[0]?.data).toBe(0);
      rebind(machine, 'card');
    }
  });
});

describe('a pool of 1024 LPIs', () => {
  const restricted = (machine: Machine): Machine => ({
    ...machine,
    controllers: machine.controllers.map((gic) => (gic.type === 'gicv3' ? { ...gic, lpiLimit: 1024 } : gic)),
    hostBridges: machine.hostBridges,
  });
  const functions = [
    endpoint('a', '01.0', 0, 512),
    endpoint('b', '02.0', 0, 256),
    endpoint('c', '03.0', 0, 256),
    endpoint('d', '04.0', 0, 64),
  ];
  const withLimit = (os: string) => given(functions, { os, adjust: rewired });

  /** The host bridge speaks of the controller that is in the machine. */
  function rewired(machine: Machine): Machine {
    const limited = restricted(machine);
    const [controller] = limited.controllers;
    if (controller?.type !== 'gicv3') return limited;
    const msi = { by: 'parent', controller, its: controller.itses[0] } as const;
    return { ...limited, hostBridges: limited.hostBridges.map((host) => ({ ...host, msi })) };
  }

  it('halves what does not fit; MAPD keeps the full size', () => {
    const machine = withLimit('linux-7.2');
    for (const id of ['a', 'b', 'd']) allocate(machine, id, {});
    const c = allocate(machine, 'c', { min: 1, max: 200 });
    expect(c.granted).toBe(128);
    expect(commands(c.effects)).toEqual([
      'MAPD 24 events 256 lpis 9024+128 of 256',
      'MAPTI 24 events 0..127 lpis 9024..9151',
      'DISCARD 24 events 0..127',
      'MAPTI 24 events 0..127 lpis 9024..9151',
    ]);
    free(machine, 'c');
    expect(allocate(machine, 'c', { min: 200, max: 200 }).errno).toBe('ENOSPC');
  });

  it('6.12 makes the table anew for the second round', () => {
    const machine = withLimit('linux-6.12');
    for (const id of ['a', 'b', 'd']) allocate(machine, id, {});
    const c = allocate(machine, 'c', { min: 1, max: 200 });
    expect(commands(c.effects).filter((command) => command.startsWith('MAPD'))).toEqual([
      'MAPD 24 events 256 lpis 9024+128 of 256',
      'MAPD 24 invalid',
      'MAPD 24 events 256 lpis 9024+128 of 256',
    ]);
  });

  it.each([
    ['linux-6.12', 'ENOMEM'],
    ['linux-7.2', 'ENODEV'],
  ])('%s: with none left the call ends with -%s', (os, errno) => {
    const machine = withLimit(os);
    for (const id of ['a', 'b', 'c']) allocate(machine, id, {});
    const d = allocate(machine, 'd', {});
    expect(d.errno).toBe(errno);
    expect(commands(d.effects)).toEqual(['no LPIs of 64']);
    expect(allocate(machine, 'd', { modes: ['msix', 'msi', 'intx'] }).mode).toBe('intx');
  });
});

describe('GICv2m with 64 SPIs', () => {
  const controller = { type: 'gicv2m', intidBase: 80, intids: 64 };

  it('aligns several messages in absolute SPI numbers', () => {
    const counts = [1, 4, 1, 2, 8, 32, 16];
    const cards = counts.map((_, i) => endpoint(`card${i}`, `0${i + 1}.0`, 32, 0));
    const machine = given([...cards, endpoint('last', '0a.0', 1, 0)], { controller });
    const first = counts.map(
      (n, i) => allocate(machine, `card${i}`, { modes: ['msi'], min: n, max: n }).vectors[0]?.hwirq,
    );
    expect(first).toEqual([80, 84, 81, 82, 88, 96, 128]);
    expect(allocate(machine, 'last', { modes: ['msi'] }).errno).toBe('ENOSPC');
  });

  it('gives 64 of 65 vectors, and INTx to the others', () => {
    const machine = given([endpoint('nvme', '01.0', 0, 65), endpoint('other', '02.0', 0, 4)], { controller });
    expect(allocate(machine, 'nvme', { min: 1, max: 65 }).granted).toBe(64);
    expect(allocate(machine, 'other', { modes: ['msix', 'msi', 'intx'] }).mode).toBe('intx');
  });
});

describe('virtual functions', () => {
  function physical(offset: number, stride: number, vfs: number): Given {
    const igb = { ...endpoint('igb', '00.0', 0, 10, 'port') };
    const vf = { ...endpoint('vf', '00.0', 0, 3), kind: 'virtual-function', driver: 'test' };
    const record: MachineRecord = {
      id: 'vfs',
      title: '',
      machine: { os: 'linux-7.2', vmm: 'qemu-10.0', type: 'virt', cpus: 1, rootBuses: [{ bus: 0, range: [0, 255] }] },
      controllers: [{ type: 'gicv3', deviceTable: { layout: 'indirect' } }],
      functions: [rootPort('port', '01.0'), igb],
      steps: [
        {
          n: 1,
          do: { op: 'sriov-enable', fn: 'igb', vfs, vfOffset: offset, vfStride: stride, function: vf },
          observed: {},
        },
      ],
    };
    const { topology } = placeMachine(toMachine(record).machine);
    const index = topology.functions.find(({ name }) => name === 'igb')?.index ?? 0;
    return { state: boot(topology, newLog()), bootEffects: [], fn: () => index };
  }

  it('have requester IDs by offset and stride, and DeviceIDs of their own', () => {
    const machine = physical(0x80, 2, 8);
    const { state, found } = enableVfs(machine.state, machine.fn('igb'), 8, newLog());
    const ids = found.map((vf) => requesterIdOf(state.topology, state.enumeration, vf));
    expect(ids).toEqual([0x180, 0x182, 0x184, 0x186, 0x188, 0x18a, 0x18c, 0x18e]);
  });

  it('go on past function 7', () => {
    const machine = physical(1, 1, 10);
    const { state, found } = enableVfs(machine.state, machine.fn('igb'), 10, newLog());
    const ids = found.map((vf) => requesterIdOf(state.topology, state.enumeration, vf));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => 0x100 + n));
  });

  it('are enabled once, and no more than there are', () => {
    const machine = physical(1, 1, 4);
    const once = enableVfs(machine.state, machine.fn('igb'), 4, newLog());
    expect(once.errno).toBeUndefined();
    expect(enableVfs(once.state, machine.fn('igb'), 4, newLog()).errno).toBe('EINVAL');
    expect(enableVfs(machine.state, machine.fn('igb'), 5, newLog()).errno).toBe('EINVAL');
  });

  it('carry into the next bus, which the scan has kept for them', () => {
    const machine = physical(0x80, 4, 64);
    const { state, found } = enableVfs(machine.state, machine.fn('igb'), 64, newLog());
    const ids = found.map((vf) => requesterIdOf(state.topology, state.enumeration, vf));
    expect([ids[31], ids[32], ids[63]]).toEqual([0x1fc, 0x200, 0x27c]);
  });
});

describe('order of the boot', () => {
  const mixed = [rootPort('p1', '01.0'), pciBridge('b', '02.0'), rootPort('p3', '03.0')];
  const lpiOf = (machine: Given) =>
    commands(machine.bootEffects)
      .filter((command) => command.startsWith('MAPTI'))
      .map((command) => command.replace(/MAPTI (\d+) events 0 lpis (\d+)/, '$1 $2'));

  it('devicetree: one walk', () => {
    expect(lpiOf(given(mixed))).toEqual(['8 8192', '16 8193', '24 8194']);
  });

  it('ACPI: ports first, then bridges', () => {
    expect(lpiOf(given(mixed, { firmware: 'acpi' }))).toEqual(['8 8192', '24 8193', '16 8194']);
  });

  it('numbers buses depth first', () => {
    const functions = [
      rootPort('pa', '01.0'),
      pciBridge('ba', '00.0', 'pa'),
      rootPort('pb', '02.0'),
      pciBridge('bb', '00.0', 'pb'),
    ];
    const machine = given(functions);
    const secondary = ['pa', 'ba', 'pb', 'bb'].map(
      (id) => machine.state.enumeration.ranges.get(machine.fn(id))?.secondary,
    );
    expect(secondary).toEqual([1, 2, 3, 4]);
    expect(lpiOf(machine)).toEqual(['8 8192', '16 8193', '256 8194', '768 8195']);
  });
});
