import { describe, expect, it } from 'vitest';
import { size } from '../../../server/src/base/intervals.ts';
import { ittBytes } from '../../../server/src/controllers/gicv3-its/itt.ts';
import { allocate, commands, endpoint, free, type Given, given } from '../timeline/given.ts';

const functions = [
  endpoint('nvme', '01.0', 0, 65),
  endpoint('e1000e', '02.0', 0, 5),
  endpoint('edu', '03.0', 1, 0),
  endpoint('net', '04.0', 0, 4),
];

function allocateAll(machine: Given): string[] {
  return [
    ...allocate(machine, 'nvme', { min: 5, max: 5 }).effects,
    ...allocate(machine, 'e1000e', { min: 5, max: 5 }).effects,
    ...allocate(machine, 'edu', { modes: ['msi'] }).effects,
    ...allocate(machine, 'net', { min: 3, max: 3 }).effects,
  ].map((effect) => commands([effect]).join());
}

function lpisFree(machine: Given): number {
  const [controller] = machine.state.controllers;
  return controller?.type === 'gicv3' ? size(controller.lpis) : 0;
}

describe('exclusive DeviceIDs, sized by the table (7.2)', () => {
  const machine = given(functions);
  const sent = allocateAll(machine);

  it('reserves the next power of two of each table, one LPI for one vector', () => {
    expect(sent).toEqual([
      'MAPD 8 events 128 lpis 8192+128 of 128',
      'MAPTI 8 events 0..4 lpis 8192..8196',
      'MAPD 16 events 8 lpis 8320+8 of 8',
      'MAPTI 16 events 0..4 lpis 8320..8324',
      'MAPD 24 events 2 lpis 8328+1 of 1',
      'MAPTI 24 events 0 lpis 8328',
      'MAPD 32 events 4 lpis 8329+4 of 4',
      'MAPTI 32 events 0..2 lpis 8329..8331',
    ]);
    expect(lpisFree(machine)).toBe(57_203);
  });

  it('makes tables of 12-byte entries, at least 256 bytes', () => {
    const [controller] = machine.state.topology.machine.controllers;
    const itsOf = controller?.type === 'gicv3' ? controller.itses[0] : undefined;
    if (itsOf === undefined) throw new Error('no ITS');
    expect([128, 8, 2, 4].map((entries) => ittBytes(itsOf, entries))).toEqual([1536, 256, 256, 256]);
  });

  it('keeps the tables when the vectors are freed', () => {
    const effects = ['nvme', 'e1000e', 'edu', 'net'].flatMap((id) => free(machine, id).effects);
    expect(commands(effects)).toEqual([
      'DISCARD 8 events 0..4',
      'DISCARD 16 events 0..4',
      'DISCARD 24 events 0',
      'DISCARD 32 events 0..2',
    ]);
    expect(lpisFree(machine)).toBe(57_203);
  });
});

describe('exclusive DeviceIDs, on 6.12', () => {
  const machine = given(functions, { os: 'linux-6.12' });
  const sent = allocateAll(machine);

  it('has the same numbers as 7.2', () => {
    expect(sent).toEqual(allocateAll(given(functions)));
  });

  it('gives each block back with the last vector', () => {
    for (const id of ['nvme', 'e1000e', 'edu', 'net']) {
      expect(commands(free(machine, id).effects).at(-1)).toMatch(/^MAPD \d+ invalid$/);
    }
    expect(lpisFree(machine)).toBe(57_344);
  });
});

describe('exclusive DeviceIDs, sized by the request (6.1)', () => {
  it('reserves 8, 8, 1 and 4 LPIs', () => {
    const machine = given(functions, { os: 'linux-6.1' });
    const tables = allocateAll(machine).filter((command) => command.startsWith('MAPD'));
    expect(tables).toEqual([
      'MAPD 8 events 8 lpis 8192+8 of 8',
      'MAPD 16 events 8 lpis 8200+8 of 8',
      'MAPD 24 events 2 lpis 8208+1 of 1',
      'MAPD 32 events 4 lpis 8209+4 of 4',
    ]);
    expect(lpisFree(machine)).toBe(57_323);
  });
});
