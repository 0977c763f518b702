/** What the pages of docs/ show is what the tool says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { irqtopo } from './terminal.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const STORIES = readdirSync(join(ROOT, 'docs', 'stories')).map((name) => join('docs', 'stories', name));

describe.each(['docs/capacity.md', ...STORIES])('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('shows output as it is', async () => {
    for (const [, block = ''] of text.matchAll(/^```console\n(.*?)^```$/gms)) {
      const [command = '', ...output] = block.split('\n');
      const { out } = await irqtopo(ROOT, command.replace(/^\$ npx irqtopo /, '').split(' '));
      expect(out).toContain(output.join('\n'));
    }
  });

  it('links to what there is', () => {
    for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect({ path, exists: existsSync(join(ROOT, dirname(page), path)) }).toEqual({ path, exists: true });
    }
  });
});
