import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, startClient, startServer } from './client.ts';

const NOT_INITIALIZED = -32002;
const INVALID_REQUEST = -32600;
const UNKNOWN_METHOD = -32601;

describe('the life of a connection', () => {
  it('answers what comes before initialize with an error, and goes on', async () => {
    const client = startServer();
    const early = await client.request('textDocument/hover', { textDocument: { uri: 'file:///a' }, position: {} });
    const unknown = await client.request('no/such/method', {});
    expect([early.error?.code, unknown.error?.code]).toEqual([NOT_INITIALIZED, NOT_INITIALIZED]);
    const { result } = await client.initialize();
    expect(result.capabilities.textDocumentSync).toEqual({ openClose: true, change: 2 });
    expect(result.serverInfo.name).toBe('irqtopo');
    await client.stop();
  });

  it('refuses a second initialize and everything after shutdown', async () => {
    const client = await startClient();
    expect((await client.initialize()).error?.code).toBe(INVALID_REQUEST);
    await client.request('shutdown');
    const late = await client.request('textDocument/documentSymbol', { textDocument: { uri: 'file:///a' } });
    expect(late.error?.code).toBe(INVALID_REQUEST);
    expect(await client.exit()).toBe(0);
  });

  it('exits with 1 when it was not shut down first', async () => {
    const client = await startClient();
    expect(await client.exit()).toBe(1);
  });

  it('says that it does not know a method', async () => {
    const client = await startClient();
    expect((await client.request('textDocument/noSuchThing', {})).error?.code).toBe(UNKNOWN_METHOD);
    client.notify('no/such/notification', {});
    await client.stop();
  });

  it('starts as a command, too', async () => {
    const client = await startClient({ command: [join(ROOT, 'dist', 'cli.cjs'), 'lsp', '--stdio'] });
    client.open('file:///a.irqtopo', 'bogus\n');
    expect((await client.diagnostics('file:///a.irqtopo', 1)).diagnostics).not.toEqual([]);
    await client.stop();
  });

  it('answers requests about texts it does not hold, and malformed ones, without failing', async () => {
    const client = await startClient();
    expect(await client.ask('hover', 'file:///none', { position: { line: 0, character: 0 } })).toBeNull();
    expect(await client.ask('documentSymbol', 'file:///none')).toEqual([]);
    client.change('file:///none', 2, [{ text: 'x' }]);
    client.close('file:///none');
    await client.stop();
  });

  it('contains an exception: it is logged with its method, the request gets an empty answer', async () => {
    const client = await startClient();
    client.open('file:///a.irqtopo', 'machine m {}\n');
    const { result } = await client.request('textDocument/hover', { textDocument: { uri: 'file:///a.irqtopo' } });
    expect(result).toBeNull();
    expect(client.unexpected.splice(0).join()).toContain('textDocument/hover (version 1 of file:///a.irqtopo)');
    expect((await client.diagnostics('file:///a.irqtopo', 1)).version).toBe(1);
    await client.stop();
  });
});
