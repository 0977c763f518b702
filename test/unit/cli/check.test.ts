import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { irqtopo, temporaryFolder } from './terminal.ts';

const CLEAN = 'machine m { os = linux-6.12 }\n';
const WRONG = 'machine m { os = linux-6.12; os = linux-6.1 }\n';

const folder = temporaryFolder();
afterAll(folder.remove);

const check = (...args: string[]) => irqtopo(folder.path, ['check', ...args]);

/** The rules that fired, in order. */
async function rules(...paths: string[]): Promise<{ readonly code: number; readonly rules: readonly string[] }> {
  const { code, out } = await check('--format', 'json', ...paths);
  const document: { readonly findings: readonly { readonly rule: string }[] } = JSON.parse(out);
  return { code, rules: document.findings.map(({ rule }) => rule) };
}

describe('irqtopo check', () => {
  beforeAll(() => {
    folder.put('tree/b/wrong.irqtopo', WRONG);
    folder.put('tree/a/clean.irqtopo', CLEAN);
    folder.put('tree/.hidden/wrong.irqtopo', WRONG);
    folder.put('tree/node_modules/x/wrong.irqtopo', WRONG);
    folder.put('tree/notes.txt', WRONG);
    folder.put('clean/one.irqtopo', CLEAN);
    folder.put('empty/notes.txt', '');
    folder.put('shared/.git/HEAD', '');
    folder.put('shared/lib.irqtopo', 'device-type card : none-such {}\n');
    folder.put('shared/boards/a.irqtopo', 'include "../lib.irqtopo"\nmachine a { os = linux-6.12 }\n');
    folder.put('shared/boards/b.irqtopo', 'include "../lib.irqtopo"\nmachine b { os = linux-6.12 }\n');
  });

  it('ends with 0 where nothing is wrong', async () => {
    expect(await check('clean')).toEqual({ code: 0, out: '1 spec checked: nothing found\n', err: '' });
  });
  it('ends with 1 where an error was found, and shows it', async () => {
    const { code, out, err } = await check('tree/b/wrong.irqtopo');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('error[duplicate-property]');
    expect(out).toContain('--> tree/b/wrong.irqtopo:1:30\n');
    expect(out).toContain('1 | machine m { os = linux-6.12; os = linux-6.1 }\n');
    expect(out).toContain('1 spec checked: 1 error\n');
  });
  it('takes the specs below a folder, without what belongs to tools', async () => {
    const { out } = await check('tree', '--format', 'json');
    expect(JSON.parse(out).specs).toEqual(['tree/a/clean.irqtopo', 'tree/b/wrong.irqtopo']);
  });
  it('takes a file that is named, whatever its extension, and each file once', async () => {
    const { out } = await check('tree/notes.txt', 'tree/notes.txt', './tree/notes.txt', '--format', 'json');
    expect(JSON.parse(out).specs).toEqual(['tree/notes.txt']);
  });
  it('says what is wrong in a shared file once', async () => {
    const { out } = await check('shared', '--format', 'json');
    const document: { readonly specs: readonly string[]; readonly findings: readonly { readonly path: string }[] } =
      JSON.parse(out);
    expect(document.specs).toEqual(['shared/boards/a.irqtopo', 'shared/boards/b.irqtopo', 'shared/lib.irqtopo']);
    expect(document.findings.map(({ path }) => path)).toEqual(['shared/lib.irqtopo']);
  });
  it('is the same twice', async () => {
    expect(await check('tree', 'shared')).toEqual(await check('shared', 'tree'));
  });
  it('shows progress on a terminal, and takes it away', async () => {
    const { err, out } = await irqtopo(folder.path, ['check', 'shared'], true);
    expect(err).toMatch(/1\/3 shared\/boards\/a\.irqtopo/);
    expect(err.endsWith('\r\x1b[K')).toBe(true);
    expect(out).toContain('\x1b[');
    expect((await check('shared')).err).toBe('');
  });
});

describe('input that cannot be read', () => {
  beforeAll(() => {
    folder.put('bad/latin1.irqtopo', Buffer.from('// caf\xe9\n', 'latin1'));
    folder.put('bad/nul.irqtopo', 'machine\0m {}\n');
    symlinkSync('round.irqtopo', join(folder.path, 'bad', 'round.irqtopo'));
  });

  it.each([
    ['bad/latin1.irqtopo', 'bad/latin1.irqtopo is not UTF-8: byte 0xe9 in line 1'],
    ['bad/nul.irqtopo', 'bad/nul.irqtopo is not text: it has a NUL byte in line 1'],
    ['bad/round.irqtopo', 'bad/round.irqtopo is a symbolic link to itself'],
    ['none.irqtopo', 'none.irqtopo does not exist'],
    ['none/none', 'none/none does not exist'],
    ['empty', 'empty has no .irqtopo file in it'],
  ])('%s: says why, and ends with 2', async (path, message) => {
    expect(await check(path)).toEqual({ code: 2, out: '', err: `irqtopo: ${message}\n` });
  });
  it('does not keep the rest from being checked', async () => {
    const { code, out, err } = await check('bad', 'tree');
    expect(code).toBe(2);
    expect(out).toContain('2 specs checked: 1 error');
    expect(err.split('\n')).toHaveLength(4);
  });
  it('is in every format', async () => {
    expect(JSON.parse((await check('none', '--format', 'json')).out).unreadable).toEqual([
      { path: 'none', reason: 'does not exist' },
    ]);
    expect((await check('none', '--format', 'github')).out).toBe(
      '::error file=none,title=irqtopo::none does not exist\n',
    );
    expect(JSON.parse((await check('none', '--format', 'sarif')).out).runs[0].invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: 'none does not exist' } }],
    });
  });
});

describe('input that means harm', () => {
  it('50 MB of braces', async () => {
    folder.put('braces.irqtopo', Buffer.alloc(50_000_000, '{'));
    expect(await rules('braces.irqtopo')).toEqual({ code: 1, rules: ['limit-exceeded'] });
    const { out } = await check('braces.irqtopo');
    expect(out.length).toBeLessThan(2000);
  });
  it('more bytes than any text within the limit has', async () => {
    folder.put('huge.irqtopo', Buffer.alloc(50_331_649, ' '));
    const { code, err } = await check('huge.irqtopo');
    expect(code).toBe(2);
    expect(err).toBe('irqtopo: huge.irqtopo is too large: 49 MiB; the limit is 48 MiB\n');
  });
  it('10,000 blocks in each other', async () => {
    folder.put('nested.irqtopo', `${'root-port a {\n'.repeat(10_000)}${'}\n'.repeat(10_000)}`);
    const found = await rules('nested.irqtopo');
    expect(found.code).toBe(1);
    expect(found.rules).toContain('limit-exceeded');
  });
  it('files that include each other', async () => {
    folder.put('loop/a.irqtopo', 'include "b.irqtopo"\n');
    folder.put('loop/b.irqtopo', 'include "a.irqtopo"\n');
    expect(await rules('loop/a.irqtopo')).toEqual({ code: 1, rules: ['include-outside'] });
    folder.put('loop/self.irqtopo', 'include "self.irqtopo"\n');
    expect(await rules('loop/self.irqtopo')).toEqual({ code: 1, rules: ['include-outside'] });
  });
  it('an include that climbs out, is missing, or is no text', async () => {
    folder.put('climb/.git/HEAD', '');
    folder.put('climb/a.irqtopo', 'include "../none.irqtopo"\ninclude "none.irqtopo"\ninclude "nul.irqtopo"\n');
    folder.put('climb/nul.irqtopo', '\0');
    const { code, out } = await check('climb/a.irqtopo');
    expect(code).toBe(1);
    expect(out).toContain('"../none.irqtopo" leads out of the project folder');
    expect(out).toContain('"none.irqtopo" does not exist');
    expect(out).toContain('"nul.irqtopo" is not text: it has a NUL byte in line 1');
  });
  it('an array of a million', async () => {
    folder.put('million.irqtopo', 'machine m {}\nhost-bridge h {\n  endpoint nic[1000000] { msix = 4 }\n}\n');
    const found = await rules('million.irqtopo');
    expect(found.code).toBe(1);
    expect(found.rules).toContain('value-out-of-range');
  });
  it('numbers past 2^53', async () => {
    folder.put(
      'numbers.irqtopo',
      `machine m { cpus = 9007199254740993 }\nhost-bridge h { segment = ${'9'.repeat(400)} }\n`,
    );
    const found = await rules('numbers.irqtopo');
    expect(found.code).toBe(1);
    expect(found.rules.filter((rule) => rule === 'value-out-of-range')).toHaveLength(2);
  });
});
