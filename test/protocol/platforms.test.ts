import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Client, startClient } from './client.ts';
import { applied, positionOf, SHARED_BRIDGE } from './texts.ts';

const running: Client[] = [];
afterEach(async () => {
  for (const client of running.splice(0)) await client.stop();
});

async function started(options: Parameters<typeof startClient>[0]): Promise<Client> {
  const client = await startClient(options);
  running.push(client);
  return client;
}

interface Action {
  readonly title: string;
  readonly kind: string;
  readonly command: { readonly command: string; readonly arguments: readonly unknown[] };
}

const headerOf = (needle: string) => {
  const start = positionOf(SHARED_BRIDGE, needle);
  return { range: { start, end: start }, context: { diagnostics: [] } };
};

async function actions(client: Client, uri: string, about: object): Promise<readonly Action[]> {
  const all: readonly Action[] = (await client.ask('codeAction', uri, about)) ?? [];
  return all.filter(({ title }) => title.startsWith('Try this tree on'));
}

const last = (client: Client, method: string) => client.notified.findLast((sent) => sent.method === method)?.params;

describe('try this tree on another controller', () => {
  it('opens a text without a file where the client shows such texts', async () => {
    const client = await started({ initializationOptions: { opensTexts: true } });
    client.answers.set('irqtopo/openText', null);
    const uri = 'untitled:Untitled-1';
    client.open(uri, SHARED_BRIDGE);
    const offered = await actions(client, uri, headerOf('interrupt-controller'));
    expect(offered.map(({ title }) => title)).toEqual(
      ['gicv2m', 'gicv5', 'x86-apic', 'spapr-xics', 'spapr-xive', 'spapr-dual', 'riscv-imsic'].map(
        (type) => `Try this tree on ${type}`,
      ),
    );
    expect(new Set(offered.map(({ kind }) => kind))).toEqual(new Set(['refactor.irqtopo']));
    const x86 = offered.find(({ title }) => title.endsWith('x86-apic'));
    expect((await client.request('workspace/executeCommand', x86?.command)).error).toBeUndefined();
    const opened = last(client, 'irqtopo/openText');
    expect(opened).toMatchObject({ name: 'Untitled-1-on-x86-apic.irqtopo' });
    expect(opened).toMatchObject({ text: expect.stringContaining('interrupt-controller apic : x86-apic') });
    expect(opened).toMatchObject({ text: expect.stringMatching(/^\/\/ Untitled-1 on x86-apic\n\/\/ {3}/) });
  });

  it('is offered at the machine as a whole, and anywhere to those who ask for refactorings', async () => {
    const client = await started({ initializationOptions: { opensTexts: true } });
    const uri = 'file:///board.irqtopo';
    client.open(uri, SHARED_BRIDGE);
    const inside = headerOf('endpoint');
    expect(await actions(client, uri, inside)).toEqual([]);
    expect(await actions(client, uri, { ...inside, context: { diagnostics: [], only: ['refactor'] } })).toHaveLength(7);
    expect(await actions(client, uri, { ...inside, context: { diagnostics: [], only: ['quickfix'] } })).toEqual([]);
    expect(await actions(client, uri, headerOf('host-bridge'))).toHaveLength(7);
    client.open('file:///library.irqtopo', 'device-type card { msix = 4 }\n');
    const anywhere = { ...headerOf('machine'), context: { diagnostics: [], only: ['refactor'] } };
    expect(await actions(client, 'file:///library.irqtopo', anywhere)).toEqual([]);
  });

  it('makes a file beside the spec where the client can do that, and shows it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'irqtopo-try-'));
    try {
      writeFileSync(join(folder, 'board-on-gicv2m.irqtopo'), '');
      const client = await started({
        folder,
        workspace: { applyEdit: true, workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
        window: { showDocument: { support: true } },
      });
      client.answers.set('workspace/applyEdit', { applied: true });
      client.answers.set('window/showDocument', { success: true });
      const uri = pathToFileURL(join(folder, 'board.irqtopo')).href;
      client.open(uri, SHARED_BRIDGE);
      const [gicv2m] = await actions(client, uri, headerOf('machine'));
      expect((await client.request('workspace/executeCommand', gicv2m?.command)).error).toBeUndefined();
      // The name that is taken stays who it is.
      const made = pathToFileURL(join(folder, 'board-on-gicv2m-2.irqtopo')).href;
      const { edit } = last(client, 'workspace/applyEdit') as { edit: { documentChanges: [object, { edits: [] }] } };
      expect(edit.documentChanges[0]).toEqual({ kind: 'create', uri: made });
      const text = applied('', edit.documentChanges[1].edits);
      expect(text).toContain('interrupt-controller gic : gicv2m');
      expect(last(client, 'window/showDocument')).toMatchObject({ uri: made });
      client.open(made, text);
      const { diagnostics } = await client.diagnostics(made, 1);
      expect(diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells what it comes to where the client can do neither', async () => {
    const client = await started({});
    client.open('file:///board.irqtopo', SHARED_BRIDGE);
    const [gicv2m] = await actions(client, 'file:///board.irqtopo', headerOf('machine'));
    await client.request('workspace/executeCommand', gicv2m?.command);
    const [said] = client.unexpected.splice(0);
    expect(said).toMatch(/^window\/showMessage .*board\.irqtopo on gicv2m: .*Changed for gicv2m:/);
  });

  it('answers a command that makes no sense with an error', async () => {
    const client = await started({});
    const params = { command: 'irqtopo.tryOn', arguments: ['file:///none.irqtopo', 'x86'] };
    expect((await client.request('workspace/executeCommand', params)).error?.code).toBe(-32602);
  });
});

describe('platforms side by side', () => {
  it('come as a text, and as a list with the own one marked', async () => {
    const client = await started({});
    const uri = 'file:///board.irqtopo';
    client.open(uri, SHARED_BRIDGE);
    const { result } = await client.request('irqtopo/comparison', { textDocument: { uri } });
    expect(result.text).toMatch(/\| function +\| gicv3 +\| gicv2m /);
    const platforms = await client.request('irqtopo/platforms', { textDocument: { uri } });
    expect(platforms.result.filter(({ own }: { own: boolean }) => own)).toEqual([
      { type: 'gicv3', doc: expect.stringContaining('GICv3'), own: true },
    ]);
    client.change(uri, 2, [{ text: `${SHARED_BRIDGE}\n` }]);
    await client.until(
      () => client.notified.some(({ method }) => method === 'irqtopo/allocationChanged'),
      'the notice',
    );
  });
});
