import { describe, expect, it } from 'vitest';
import { plug, unplug } from '../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { allocate, commands, endpoint, type Given, given, pciBridge, rootPort } from '../timeline/given.ts';

const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'];
const port = rootPort('port', '01.0');
const bridge = pciBridge('bridge', '00.0', 'port');
const net = endpoint('net', '01.0', 0, 4, 'bridge');

function plugIn(machine: Given, id: string): void {
  machine.state = plug(machine.state, machine.fn(id), newLog());
}

describe.each(systems)('functions below one PCIe-to-PCI bridge, %s', (os) => {
  const later = [endpoint('late', '04.0', 0, 4, 'bridge'), endpoint('edu2', '05.0', 1, 0, 'bridge')];
  const functions = [
    port,
    bridge,
    net,
    endpoint('blk', '02.0', 0, 2, 'bridge'),
    endpoint('edu', '03.0', 1, 0, 'bridge'),
  ];
  const machine = given(functions, { os, later });

  it('gives the port and the bridge their own DeviceIDs', () => {
    expect(commands(machine.bootEffects)).toEqual([
      'MAPD 8 events 2 lpis 8192+1 of 1',
      'MAPTI 8 events 0 lpis 8192',
      'MAPD 256 events 2 lpis 8193+1 of 1',
      'MAPTI 256 events 0 lpis 8193',
    ]);
  });

  it('sizes the shared table by all that stands below, 4 + 2 + 1', () => {
    expect(commands(allocate(machine, 'net', { min: 3, max: 3 }).effects)).toEqual([
      'MAPD 512 events 8 lpis 8194+8 of 8',
      'MAPTI 512 events 0..2 lpis 8194..8196',
    ]);
    expect(commands(allocate(machine, 'blk', { min: 2, max: 2 }).effects)).toEqual([
      'MAPTI 512 events 3..4 lpis 8197..8198',
    ]);
    expect(commands(allocate(machine, 'edu', { modes: ['msi'] }).effects)).toEqual(['MAPTI 512 events 5 lpis 8199']);
  });

  it('has two events left for what is plugged in later', () => {
    plugIn(machine, 'late');
    const refused = allocate(machine, 'late', { min: 3, max: 3 });
    expect(refused.errno).toBe('ENOSPC');
    expect(commands(refused.effects)).toEqual(['MAPTI 512 events 6..7 lpis 8200..8201', 'DISCARD 512 events 6..7']);
    const retried = allocate(machine, 'late', { min: 1, max: 3 });
    expect(retried.granted).toBe(2);
    expect(commands(retried.effects)).toEqual([
      'MAPTI 512 events 6..7 lpis 8200..8201',
      'DISCARD 512 events 6..7',
      'MAPTI 512 events 6..7 lpis 8200..8201',
    ]);
  });

  it('leaves the next one INTx', () => {
    plugIn(machine, 'edu2');
    expect(allocate(machine, 'edu2', { modes: ['msi'] }).errno).toBe('ENOSPC');
    expect(allocate(machine, 'edu2', { modes: ['msi', 'intx'] }).mode).toBe('intx');
  });

  it('keeps the table when what is below is unplugged', () => {
    const log = newLog();
    machine.state = unplug(machine.state, machine.fn('late'), log);
    expect(commands(log.effects)).toEqual(['DISCARD 512 events 6..7']);
  });
});

describe.each(systems)('one cold function below the bridge, %s', (os) => {
  it('leaves one event of four for the next', () => {
    const machine = given([port, bridge, net], { os, later: [endpoint('late', '02.0', 0, 4, 'bridge')] });
    expect(allocate(machine, 'net', { min: 3, max: 3 }).granted).toBe(3);
    plugIn(machine, 'late');
    expect(commands(allocate(machine, 'late', { min: 2, max: 2 }).effects)).toEqual([
      'MAPTI 512 events 3 lpis 8197',
      'DISCARD 512 events 3',
    ]);
    expect(allocate(machine, 'late', { min: 1, max: 3, modes: ['msix', 'msi', 'intx'] }).granted).toBe(1);
  });
});

describe.each(systems)('a conventional bridge on the root bus, %s', (os) => {
  const conventional = { id: 'bridge', kind: 'pci-bridge', parent: 'root', at: '03.0', msix: 0 };
  const edu = endpoint('edu', '01.0', 1, 0, 'bridge');

  it('takes the only event when it has an MSI itself', () => {
    const machine = given([{ ...conventional, msi: 1, driver: 'shpchp' }, edu], { os });
    expect(commands(machine.bootEffects)).toEqual(['MAPD 24 events 2 lpis 8192+1 of 1', 'MAPTI 24 events 0 lpis 8192']);
    expect(allocate(machine, 'edu', { modes: ['msi'] }).errno).toBe('ENOSPC');
    expect(allocate(machine, 'edu', { modes: ['msi', 'intx'] }).mode).toBe('intx');
  });

  it('leaves them to the functions below without a hot-plug controller', () => {
    const second = endpoint('edu2', '02.0', 1, 0, 'bridge');
    const machine = given([{ ...conventional, msi: 0 }, edu, second], { os });
    expect(machine.bootEffects).toEqual([]);
    expect(commands(allocate(machine, 'edu', { modes: ['msi'] }).effects)).toEqual([
      'MAPD 24 events 2 lpis 8192+2 of 2',
      'MAPTI 24 events 0 lpis 8192',
    ]);
    expect(commands(allocate(machine, 'edu2', { modes: ['msi'] }).effects)).toEqual(['MAPTI 24 events 1 lpis 8193']);
  });
});
