import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import language from '../../../client/language-configuration.json' with { type: 'json' };
import manifest from '../../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..', '..');

describe('the manifest', () => {
  const { languages, grammars, snippets } = manifest.contributes;
  const named = [
    manifest.icon,
    ...languages.flatMap(({ configuration, icon }) => [configuration, icon.light, icon.dark]),
    ...[...grammars, ...snippets].map(({ path }) => path),
  ];
  test.each(named)('names %s, which exists and is packed', (path) => {
    const relative = path.replace(/^\.\//, '');
    expect(existsSync(join(root, relative))).toBe(true);
    expect(manifest.files.some((pattern) => relative.startsWith(pattern.replace(/\*.*/, '')))).toBe(true);
  });

  test('has the commands that the client registers, and no others', () => {
    const client = join(root, 'client', 'src');
    const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => readFileSync(join(client, file), 'utf8'));
    const registered = sources.flatMap((text) => [...text.matchAll(/registerCommand\('([^']+)'/g)].map(([, id]) => id));
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual(registered.sort());
  });
});

describe('the language configuration', () => {
  test.each(['linux-6.1', 'pcie.0', 'pcie-pci-bridge', 'nic0'])('takes %s for one word', (word) => {
    expect(new RegExp(language.wordPattern).exec(word)?.[0]).toBe(word);
  });

  test('indents after a header, also before a comment, and not within one', () => {
    const increase = new RegExp(language.indentationRules.increaseIndentPattern);
    expect(increase.test('host-bridge pcie0 {')).toBe(true);
    expect(increase.test('root-port rp0 at 01.0 {   // the first')).toBe(true);
    expect(increase.test('dma-alias = [')).toBe(true);
    expect(increase.test('machine m { os = linux-6.1 }')).toBe(false);
    expect(increase.test('// a block {')).toBe(false);
  });
});
