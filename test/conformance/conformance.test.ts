import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecord } from './record.ts';
import { replayRecord } from './replay.ts';
import { passed } from './tally.ts';

const folder = new URL('./records/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));

describe('recorded machines', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  it.each(files.sort())('%s replays equal', (path) => {
    const record = readRecord(readFileSync(new URL(path, folder), 'utf8'));
    if (record === undefined) throw new Error(`${path} is no record`);
    const replayed = replayRecord(record);
    expect(replayed.differences).toEqual([]);
    expect(replayed.notReplayed).toEqual([]);
    expect(passed(replayed)).toBe(true);
    expect(replayed.fields).toBeGreaterThan(0);
  });
});
