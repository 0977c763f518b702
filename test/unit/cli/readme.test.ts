/** What the README shows is what the tool says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { analyseNow } from '../../../server/src/analysis/index.ts';
import { RULES } from '../../../server/src/rules/index.ts';
import { irqtopo } from './terminal.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The texts of the fenced blocks in one language. */
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter((m) => m[1] === language).map((m) => m[2] ?? '');

/** The texts of all groups of a pattern. */
const all = (pattern: RegExp): readonly string[] => [...readme.matchAll(pattern)].map((match) => match[1] ?? '');

describe('README.md', () => {
  it('shows output as it is', async () => {
    const shown = blocks('console');
    expect(shown).not.toEqual([]);
    for (const block of shown) {
      const [command = '', ...output] = block.split('\n');
      const args = command.replace(/^\$ npx irqtopo /, '').split(' ');
      expect((await irqtopo(ROOT, args)).out).toContain(output.join('\n'));
    }
  });
  it('shows a spec in which everything written is understood', () => {
    const [spec = ''] = blocks('irqtopo');
    const sources = { read: () => ({ text: spec }), resolve: () => ({ refused: 'is not here' }) };
    const rules = analyseNow(sources, 'file:///readme.irqtopo').findings.map(({ finding }) => finding.rule);
    expect(rules).toContain('hotplug-headroom-insufficient');
    const written = ['syntax-unexpected-token', 'unresolved-reference', 'unknown-property', 'value-out-of-range'];
    expect(rules.filter((rule) => written.includes(rule))).toEqual([]);
  });
  it('names only commands, rules and files that there are', async () => {
    for (const script of all(/npm run ([\w-]+)/g)) expect(Object.keys(packageJson.scripts)).toContain(script);
    const { out } = await irqtopo(ROOT, ['--help']);
    for (const command of all(/irqtopo (check|test|show|diff|lock|explain|lsp)\b/g))
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    for (const rule of all(/irqtopo explain ([\w-]+)/g)) expect(RULES.map(({ id }) => id)).toContain(rule);
    for (const path of all(/\]\((?!https?:)([^)#]+)\)/g))
      expect(readFileSync(join(ROOT, path)).length).toBeGreaterThan(0);
  });
});
