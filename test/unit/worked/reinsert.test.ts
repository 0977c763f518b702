/** docs/stories/reinsert-driver.md: which insertion is the first to fail, by kernel and by what is asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeVectors, unbindDriver } from '../../../server/src/timeline/free.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { allocate, endpoint, given, pciBridge, rootPort } from '../timeline/given.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'stories', 'reinsert-driver.md'), 'utf8');
const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'] as const;

/** Rows "| 17 | 15 of 32 | 2 | 2 | 2 |" of the page. */
const rows = [...page.matchAll(/^\| (\d+) \| (?:(\d+) of (\d+)|nothing) \| (\w+) \| (\w+) \| (\w+) \|$/gm)].map(
  ([, asked, left, region, ...first]) => ({
    asked: Number(asked),
    left: Number(left ?? 0),
    region: Number(region ?? asked),
    first,
  }),
);

/** Insertions tried before it is said to go on for ever. */
const MANY = 40;

function firstToFail(os: string, asked: number): number | 'never' {
  const machine = given([rootPort('p', '01.0'), endpoint('grabber', '00.0', 32, 0, 'p')], { os });
  for (let insertion = 1; insertion <= MANY; insertion++) {
    if (allocate(machine, 'grabber', { modes: ['msi'], min: asked, max: asked }).errno !== undefined) return insertion;
    machine.state = unbindDriver(machine.state, machine.fn('grabber')).state;
  }
  return 'never';
}

describe('a driver that is inserted again and again', () => {
  it('the page has a row for each case', () => {
    expect(rows.map(({ asked }) => asked)).toEqual([17, 5, 3, 16]);
  });

  it.each(rows)('$asked messages: the first to fail is as the page says', ({ asked, left, region, first }) => {
    expect(systems.map((os) => `${firstToFail(os, asked)}`)).toEqual(first);
    expect(region - asked).toBe(left);
  });

  it.each(systems)('%s: seventeen messages leave fifteen events of an own table and of a shared one', (os) => {
    const machine = given(
      [
        rootPort('p', '01.0'),
        endpoint('grabber', '00.0', 32, 0, 'p'),
        pciBridge('b', '02.0'),
        endpoint('tuner', '01.0', 32, 0, 'b'),
        endpoint('serial', '02.0', 1, 0, 'b'),
      ],
      { os },
    );
    for (const card of ['grabber', 'tuner']) {
      allocate(machine, card, { modes: ['msi'], min: 17, max: 17 });
      const { requester } = functionState(machine.state, machine.fn(card));
      machine.state = freeVectors(machine.state, machine.fn(card)).state;
      const [gic] = machine.state.controllers;
      const used = gic?.type === 'gicv3' && gic.devices[0]?.get(requester?.deviceId ?? -1)?.used;
      expect(used).toEqual([{ first: 17, last: 31 }]);
      expect(allocate(machine, card, { modes: ['msi'], min: 17, max: 17 }).errno).toBe(
        card === 'tuner' ? undefined : 'ENOSPC',
      );
    }
  });
});
