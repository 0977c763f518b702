import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Diagnostic, type Edit, type Position, startClient } from './client.ts';
import { applied, positionOf, SHARED_BRIDGE } from './texts.ts';

let client: Client;
const uri = 'file:///shared.irqtopo';
const at = (needle: string, offset = 0) => ({ position: positionOf(SHARED_BRIDGE, needle, offset) });
const everywhere = { range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } } };

beforeAll(async () => {
  client = await startClient();
  client.open(uri, SHARED_BRIDGE);
});
afterAll(() => client.stop());

/** Opens a text with the cursor where the bar stands; gives the labels offered there. */
async function offered(marked: string): Promise<readonly string[]> {
  const other = 'file:///typed.irqtopo';
  const position = positionOf(marked, '|');
  client.open(other, marked.replace('|', ''));
  const { items } = await client.ask('completion', other, { position });
  client.close(other);
  return items.map(({ label }: { label: string }) => label);
}

describe('answers about a spec', () => {
  it('hover tells the numbers of a function with their reasons', async () => {
    const { contents, range } = await client.ask('hover', uri, at('nic0'));
    expect(contents.kind).toBe('markdown');
    expect(contents.value).toMatch(/MSI-X 3\b/);
    expect(contents.value).toMatch(/EventIDs 0\.\.2 of DeviceID 0x0200 are LPIs \d+\.\.\d+/);
    expect(contents.value).toContain('0x0208');
    expect(range.start).toEqual(at('nic0').position);
  });

  it('completion follows what is typed', async () => {
    expect(await offered('host-bridge h {\n  |\n}\n')).toEqual(
      expect.arrayContaining(['ecam', 'root-port', 'hotplug']),
    );
    expect(await offered('host-bridge h {\n  ecam = |\n}\n')).toContain('16MiB');
    expect(await offered('host-bridge h {\n  root-port a at 01.0\n  root-port b at |\n}\n')).not.toContain('01.0');
    expect(await offered('interrupt-controller g : |\n')).toContain('gicv3');
    expect(await offered('host-bridge h { root-port p { endpoint e } }\nscenario s {\n  plug |\n}\n')).toEqual(
      expect.arrayContaining(['p', 'e']),
    );
  });

  it('definition, references, highlights and rename agree on what a name is', async () => {
    const definition = await client.ask('definition', uri, at('msi-map its0', 8));
    expect(definition.range.start).toEqual(at('its its0', 4).position);
    const references = await client.ask('references', uri, { ...at('its0'), context: { includeDeclaration: true } });
    const highlights = await client.ask('documentHighlight', uri, at('its0'));
    expect(references.map(({ range }: Edit) => range)).toEqual(highlights.map(({ range }: Edit) => range));
    expect(references).toHaveLength(2);
    const { changes } = await client.ask('rename', uri, { ...at('its0'), newName: 'translator' });
    expect(applied(SHARED_BRIDGE, changes[uri])).toBe(SHARED_BRIDGE.replaceAll('its0', 'translator'));
    const taken = await client.request('textDocument/rename', {
      textDocument: { uri },
      ...at('its0'),
      newName: 'nic0',
    });
    expect(taken.error?.message).toContain('nic0');
  });

  it('symbols, folds and tokens cover the file', async () => {
    const symbols = await client.ask('documentSymbol', uri);
    expect(symbols.map(({ name }: { name: string }) => name)).toEqual(['guest', 'gic', 'pcie0']);
    expect(symbols[2].children.map(({ name }: { name: string }) => name)).toContain('rp0');
    const folds = await client.ask('foldingRange', uri);
    expect(folds).toContainEqual({ startLine: positionOf(SHARED_BRIDGE, 'host-bridge').line, endLine: 17 });
    const { data } = await client.ask('semanticTokens/full', uri);
    expect(data.length % 5).toBe(0);
    expect(data.length).toBeGreaterThan(50);
  });

  it('formatting twice changes nothing', async () => {
    const other = 'file:///untidy.irqtopo';
    const untidy = 'machine   m{os=linux-6.1\n\n\n\ncpus =  2 }\n';
    client.open(other, untidy);
    const options = { tabSize: 2, insertSpaces: true };
    const once = applied(untidy, await client.ask('formatting', other, { options }));
    expect(once).not.toBe(untidy);
    client.change(other, 2, [{ text: once }]);
    expect(await client.ask('formatting', other, { options })).toEqual([]);
  });

  it('a fix that is offered makes its finding go, over the wire', async () => {
    const other = 'file:///misspelt.irqtopo';
    const text = 'machine m { cpsu = 2 }\n';
    client.open(other, text);
    const { diagnostics } = await client.diagnostics(other, 1);
    expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-property']);
    const [action] = await client.ask('codeAction', other, { ...everywhere, context: { diagnostics } });
    expect(action.diagnostics.map(({ code }: Diagnostic) => code)).toEqual(['unknown-property']);
    const [{ textDocument, edits }] = action.edit.documentChanges;
    expect(textDocument).toEqual({ uri: other, version: 1 });
    client.change(other, 2, [{ text: applied(text, edits) }]);
    expect((await client.diagnostics(other, 2)).diagnostics).toEqual([]);
  });

  it('fixes everything that is safe for those who ask for that kind', async () => {
    const other = 'file:///all.irqtopo';
    client.open(other, 'machine m { cpsu = 2; osx = linux-6.1 }\n');
    const context = { diagnostics: [], only: ['source.fixAll'] };
    const actions = await client.ask('codeAction', other, { ...everywhere, context });
    expect(actions.map(({ kind }: { kind: string }) => kind)).toEqual(['source.fixAll.irqtopo']);
  });

  it('the allocation comes as a table, and its changes are told', async () => {
    const allocation = await client.request('irqtopo/allocation', { textDocument: { uri } });
    expect(allocation.result.text).toMatch(/nic0 : virtio-net-pci +\| 02:01\.0 0x0208/);
    client.change(uri, 2, [{ text: `${SHARED_BRIDGE}\n` }]);
    await client.until(
      () => client.notified.some(({ method }) => method === 'irqtopo/allocationChanged'),
      'the notice',
    );
    const gone = await client.request('irqtopo/allocation', { textDocument: { uri: 'file:///none' } });
    expect(gone.result).toBeNull();
  });

  it('a request that is cancelled is answered', async () => {
    const position: Position = { line: 0, character: 0 };
    const asked = client.request('textDocument/hover', { textDocument: { uri }, position });
    client.notify('$/cancelRequest', { id: asked.id });
    expect([-32800, undefined]).toContain((await asked).error?.code);
  });
});
