import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../server/src/schema/index.ts';
import { referencePage } from '../../../server/src/schema/reference.ts';
import { GENERATED } from '../../generate/list.ts';

const root = join(import.meta.dirname, '..', '..', '..');

describe('files made by `npm run generate`', () => {
  it.each(GENERATED.map(({ path, make }) => [path, make] as const))('%s is up to date', (path, make) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(make());
  });
});

describe('the reference page', () => {
  const page = referencePage();
  const section = (word: string) => page.split(/^###? /m).find((text) => text.startsWith(`${word}\n`)) ?? '';

  it('has a section with example and properties for every kind', () => {
    for (const kind of KINDS) {
      expect(section(kind.word), kind.word).toContain(kind.doc);
      expect(section(kind.word)).toContain(kind.example);
      if (section(kind.word).includes('Its properties are those of')) continue;
      for (const { key } of kind.properties)
        expect(section(kind.word), `${kind.word}.${key}`).toContain(`| \`${key}\` |`);
    }
  });

  it('says values and defaults as people write them', () => {
    expect(section('host-bridge')).toContain('| `ecam` | `1MiB..256MiB` | `256MiB` |');
    expect(section('machine')).toContain('| `page-size` | `4KiB`, `16KiB` or `64KiB` | `4KiB` |');
    expect(section('machine')).toContain('| `vmm` | `none`, or `qemu-X.Y` | `none` |');
    expect(section('endpoint')).toContain('| `msix` | `0..2048` |');
    expect(section('msi-map')).toContain(
      '| `device-ids` | a number, or an address such as `02:01.0`, or a range `a..b` | required |',
    );
    expect(section('expect')).toContain(
      '| `vectors` | function, cpu, machine | a number, or a range `a..b`, or a list |',
    );
  });

  it('has tables whose rows all have as many cells as their head', () => {
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    for (const block of page
      .trimEnd()
      .split('\n\n')
      .filter((text) => text.startsWith('| '))) {
      const [head = '', ...rows] = block.split('\n');
      for (const row of rows) expect(cells(row), row).toBe(cells(head));
    }
  });
});
