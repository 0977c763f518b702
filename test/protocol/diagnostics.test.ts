import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type Diagnostic, startClient } from './client.ts';
import { SHARED_BRIDGE } from './texts.ts';

const PULLS = { diagnostic: { dynamicRegistration: false, relatedDocumentSupport: true } };
const key = (diagnostics: readonly Diagnostic[]) => diagnostics.map((d) => JSON.stringify(d)).sort();
const codes = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);

describe('push and pull', () => {
  it('give equal sets, and one of them only', async () => {
    const uri = 'file:///shared.irqtopo';
    const text = `${SHARED_BRIDGE}\nmachine twice { bogus = 1 }\n`;
    const [pushed, pulling] = [await startClient(), await startClient({ textDocument: PULLS })];
    for (const client of [pushed, pulling]) client.open(uri, text);
    const { diagnostics } = await pushed.diagnostics(uri, 1);
    const report = await pulling.ask('diagnostic', uri);
    expect(report.kind).toBe('full');
    expect(key(report.items)).toEqual(key(diagnostics));
    expect(codes(diagnostics)).toContain('hotplug-headroom-insufficient');
    expect(key((await pushed.ask('diagnostic', uri)).items)).toEqual(key(diagnostics));
    expect(pulling.published).toEqual([]);

    const same = await pulling.ask('diagnostic', uri, { previousResultId: report.resultId });
    expect(same).toEqual({ kind: 'unchanged', resultId: report.resultId });
    pulling.change(uri, 2, [{ text: SHARED_BRIDGE }]);
    const next = await pulling.ask('diagnostic', uri, { previousResultId: report.resultId });
    expect(codes(next.items)).not.toContain('unknown-property');
    for (const client of [pushed, pulling]) await client.stop();
  });

  it('answer for the whole workspace, and leave out what has not changed', async () => {
    const client = await startClient({ textDocument: PULLS });
    client.open('file:///a.irqtopo', 'machine m { bogus = 1 }\n');
    client.open('file:///b.irqtopo', 'machine m {}\n');
    const { result } = await client.request('workspace/diagnostic', { previousResultIds: [] });
    expect(result.items.map((item: { uri: string; items: Diagnostic[] }) => [item.uri, codes(item.items)])).toEqual([
      ['file:///a.irqtopo', ['unknown-property']],
      ['file:///b.irqtopo', []],
    ]);
    const previousResultIds = result.items.map((item: { uri: string; resultId: string }) => ({
      uri: item.uri,
      value: item.resultId,
    }));
    const again = await client.request('workspace/diagnostic', { previousResultIds });
    expect(again.result.items.map(({ kind }: { kind: string }) => kind)).toEqual(['unchanged', 'unchanged']);
    await client.stop();
  });

  it('name who else is involved, and lead to the page of the rule', async () => {
    const client = await startClient({ initializationOptions: { docsUri: 'https://pages.example/rules/' } });
    const uri = 'file:///shared.irqtopo';
    client.open(uri, SHARED_BRIDGE);
    const { diagnostics } = await client.diagnostics(uri, 1);
    const found = diagnostics.find(({ code }) => code === 'hotplug-headroom-insufficient');
    expect(found?.relatedInformation?.length).toBeGreaterThan(0);
    expect(found?.codeDescription?.href).toBe('https://pages.example/rules/hotplug-headroom-insufficient.md');
    await client.stop();
  });

  it('report as many as the settings allow, errors first', async () => {
    const client = await startClient();
    client.configuration = { maxNumberOfProblems: 2 };
    const uri = 'file:///many.irqtopo';
    client.open(uri, `machine m {\n${'  bogus = 1\n'.repeat(9)}}\n`);
    await client.until(() => client.published.at(-1)?.diagnostics.length === 2, 'two problems');
    client.configuration = null;
    client.notify('workspace/didChangeConfiguration', { settings: {} });
    await client.until(() => client.published.at(-1)?.diagnostics.length === 9, 'all nine');
    await client.stop();
  });

  it('are cleared when a text is closed', async () => {
    const client = await startClient();
    const uri = 'file:///closed.irqtopo';
    client.open(uri, 'machine m { bogus = 1 }\n');
    await client.diagnostics(uri, 1);
    client.close(uri);
    await client.until(() => client.published.at(-1)?.diagnostics.length === 0, 'no diagnostics');
    await client.stop();
  });
});

describe('included files', () => {
  let folder: string;
  let client: Client;
  const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'irqtopo-')));
    client = await startClient({ folder, workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } });
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });

  it('are read from disk, and again when they are said to have changed', async () => {
    writeFileSync(join(folder, 'types.irqtopo'), 'device-type fast : nvme { queues = 2 }\n');
    const text = 'include "types.irqtopo"\nhost-bridge h { root-port p { endpoint e : fast } }\n';
    client.open(uriOf('main.irqtopo'), text);
    const { diagnostics } = await client.diagnostics(uriOf('main.irqtopo'), 1);
    expect(codes(diagnostics)).not.toContain('unresolved-reference');
    writeFileSync(join(folder, 'types.irqtopo'), 'device-type slow : nvme { bogus = 2 }\n');
    const sent = client.published.length;
    const changes = [{ uri: uriOf('types.irqtopo'), type: 2 }];
    client.notify('workspace/didChangeWatchedFiles', { changes });
    await client.until(() => client.published.length >= sent + 2, 'diagnostics of both files');
    const said = Object.fromEntries(client.published.slice(sent).map((one) => [one.uri, codes(one.diagnostics)]));
    expect(said[uriOf('main.irqtopo')]).toContain('unresolved-reference');
    expect(said[uriOf('types.irqtopo')]).toContain('unknown-property');
  });

  it('are taken from the editor that holds them', async () => {
    writeFileSync(join(folder, 'types.irqtopo'), 'device-type slow : nvme {}\n');
    client.open(uriOf('types.irqtopo'), 'device-type fast : nvme {}\n');
    client.open(
      uriOf('main.irqtopo'),
      'include "types.irqtopo"\nhost-bridge h { root-port p { endpoint e : fast } }\n',
    );
    const { diagnostics } = await client.diagnostics(uriOf('main.irqtopo'), 1);
    expect(codes(diagnostics)).not.toContain('unresolved-reference');
    const sent = client.published.length;
    client.change(uriOf('types.irqtopo'), 2, [{ text: 'device-type other : nvme {}\n' }]);
    const main = () => client.published.slice(sent).find(({ uri }) => uri === uriOf('main.irqtopo'));
    await client.until(() => main() !== undefined, 'the including file is checked again');
    expect(codes(main()?.diagnostics ?? [])).toContain('unresolved-reference');
  });

  it('that cannot be read are a finding at the path', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'latin1.irqtopo'), Buffer.from([0x2f, 0x2f, 0xe9, 0x0a]));
    const text = ['latin1.irqtopo', 'none.irqtopo', 'sub', '../out.irqtopo', '/etc/passwd', 'main.irqtopo']
      .map((path) => `include "${path}"\n`)
      .join('');
    client.open(uriOf('main.irqtopo'), text);
    const { diagnostics } = await client.diagnostics(uriOf('main.irqtopo'), 1);
    expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual(
      [0, 1, 2, 3, 4, 5].map((line) => ['include-outside', line]),
    );
  });
});
