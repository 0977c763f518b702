import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Diagnostic, startClient } from './client.ts';
import { applied, positionAt, positionOf } from './texts.ts';

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.stop());

const brief = ({ code, range }: Diagnostic) => [code, range.start.line, range.start.character, range.end.character];

/** What a server that never saw another version says of a text. */
async function fresh(text: string): Promise<readonly unknown[]> {
  const uri = `file:///fresh-${Math.random()}.irqtopo`;
  client.open(uri, text);
  const { diagnostics } = await client.diagnostics(uri, 1);
  client.close(uri);
  return diagnostics.map(brief);
}

describe('texts that change', () => {
  it('applies several changes of one notification, each counting on the one before', async () => {
    const uri = 'file:///several.irqtopo';
    client.open(uri, 'machine m { os = linux-6.1 }\n');
    client.change(uri, 2, [
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '\n' },
      { range: { start: { line: 1, character: 12 }, end: { line: 1, character: 14 } }, text: 'bogus' },
      { range: { start: { line: 1, character: 12 }, end: { line: 1, character: 17 } }, text: 'wrong' },
    ]);
    const { diagnostics, version } = await client.diagnostics(uri, 2);
    expect(version).toBe(2);
    expect(diagnostics.map(brief)).toEqual(await fresh('\nmachine m { wrong = linux-6.1 }\n'));
    expect(diagnostics.map(({ code }) => code)).toContain('unknown-property');
  });

  it('counts columns in UTF-16 code units', async () => {
    const uri = 'file:///surrogates.irqtopo';
    client.open(uri, 'machine m { /* 😀é */ bogus = 1 }\n');
    const { diagnostics } = await client.diagnostics(uri, 1);
    expect(diagnostics.map(brief)).toContainEqual(['unknown-property', 0, 22, 27]);
  });

  it.each([
    ['utf-8', 25],
    ['utf-32', 21],
  ])('counts columns in %s for a client that knows nothing else', async (encoding, column) => {
    const other = await startClient({ encodings: [encoding] });
    const uri = 'file:///encoded.irqtopo';
    other.open(uri, 'machine m { /* 😀é */ bogus = 1 }\n');
    const { diagnostics } = await other.diagnostics(uri, 1);
    expect(diagnostics.map(brief)).toContainEqual(['unknown-property', 0, column, column + 5]);
    const at = { line: 0, character: column + 5 };
    other.change(uri, 2, [{ range: { start: { line: 0, character: column }, end: at }, text: 'cpus' }]);
    expect((await other.diagnostics(uri, 2)).diagnostics).toEqual([]);
    await other.stop();
  });

  it.each(['\n', '\r\n', '\r'])('takes %j for a line end, as the protocol says', async (end) => {
    const text = ['machine m {', '  bogus = 1', '}', ''].join(end);
    expect(await fresh(text)).toContainEqual(['unknown-property', 1, 2, 7]);
  });

  it('survives edits that split and join CR LF', async () => {
    const uri = 'file:///crlf.irqtopo';
    let text = 'machine m {\r\n  cpus = 2\r\n}\r\n';
    client.open(uri, text);
    let version = 1;
    for (const [from, to, insert] of [
      [12, 12, 'x'],
      [12, 13, ''],
      [11, 12, ''],
      [11, 11, '\r'],
      [12, 13, ''],
      [12, 12, '\n  bogus = 1\n'],
    ] as const) {
      const range = { start: positionAt(text, from), end: positionAt(text, to) };
      client.change(uri, ++version, [{ range, text: insert }]);
      text = applied(text, [{ range, newText: insert }]);
    }
    const { diagnostics } = await client.diagnostics(uri, version);
    expect(diagnostics.map(brief)).toEqual(await fresh(text));
  });

  it('publishes for the latest version and for none before it, when they come at once', async () => {
    const uri = 'file:///burst.irqtopo';
    const text = 'machine m { cpus = 1 }\n';
    client.open(uri, text);
    const at = positionOf(text, '1 }', 1);
    for (let version = 2; version <= 50; version++) {
      client.change(uri, version, [{ range: { start: at, end: at }, text: '1' }]);
    }
    await client.diagnostics(uri, 50);
    const versions = client.published.filter((sent) => sent.uri === uri).map((sent) => sent.version ?? 0);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.length).toBeLessThan(50);
  });

  it.each([
    ['NULs', 'machine m {\0 cpus = 1 }\n'],
    ['nothing but braces', '{'.repeat(100_000)],
    ['a large array', 'host-bridge h { endpoint e[1000000] }\n'],
    ['2,000 nested blocks', 'a {\n'.repeat(2_000)],
  ])('has something to say of %s', async (_, text) => {
    expect(await fresh(text)).not.toEqual([]);
  });
});
