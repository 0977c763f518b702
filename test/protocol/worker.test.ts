import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT } from './client.ts';

interface Message {
  readonly jsonrpc?: '2.0';
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages of every kind
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: messages of every kind
  readonly result?: any;
}

const channels: MessageChannel[] = [];
class Channel extends MessageChannel {
  constructor() {
    super();
    channels.push(this);
  }
}
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

/** Runs the server's browser bundle with nothing but what a web worker has. */
function startWorker(files: Readonly<Record<string, string>>) {
  const received: Message[] = [];
  const watching = new Set<() => void>();
  const scope = {
    // The server sets this one; the other is for errors of the channel, of which there are none here.
    onmessage: (_: { data: Message }): void => {
      throw new Error('nobody listens yet');
    },
    addEventListener: () => undefined,
    postMessage(message: Message) {
      received.push(message);
      if (message.method === 'irqtopo/readFile') {
        send({ id: message.id ?? 0, result: { text: files[message.params.uri] ?? null } });
      }
      for (const look of [...watching]) look();
    },
  };
  const send = (message: Message) => scope.onmessage({ data: { jsonrpc: '2.0', ...message } });
  const web = {
    self: scope,
    MessageChannel: Channel,
    performance,
    setTimeout,
    clearTimeout,
    console,
    TextDecoder,
    TextEncoder,
    URL,
  };
  runInContext(readFileSync(join(ROOT, 'dist', 'server-browser.js'), 'utf8'), createContext(web));
  const until = (test: (message: Message) => boolean) =>
    new Promise<Message>((resolve) => {
      const look = () => {
        const found = received.find(test);
        if (found === undefined) return;
        watching.delete(look);
        resolve(found);
      };
      watching.add(look);
      look();
    });
  return { send, until, received };
}

describe('the server in a web worker', () => {
  it('checks a spec, and reads what it includes through the client', async () => {
    const types = 'vscode-vfs://host/spec/types.irqtopo';
    const uri = 'vscode-vfs://host/spec/main.irqtopo';
    const worker = startWorker({ [types]: 'device-type fast : nvme { bogus = 1 }\n' });
    const workspaceFolders = [{ uri: 'vscode-vfs://host/spec', name: 'spec' }];
    worker.send({
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, workspaceFolders, capabilities: {} },
    });
    const { result } = await worker.until(({ id }) => id === 1);
    expect(result.capabilities.hoverProvider).toBe(true);
    worker.send({ method: 'initialized', params: {} });
    const text = 'include "types.irqtopo"\nhost-bridge h { root-port p { endpoint e : fast } }\n';
    worker.send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'irqtopo', version: 1, text } },
    });
    const published = (of: string) => (message: Message) =>
      message.method === 'textDocument/publishDiagnostics' && message.params.uri === of;
    const codes = ({ params }: Message) => params.diagnostics.map(({ code }: { code: string }) => code);
    expect(codes(await worker.until(published(types)))).toContain('unknown-property');
    expect(codes(await worker.until(published(uri)))).not.toContain('unresolved-reference');
    const asked = worker.received.filter(({ method }) => method === 'irqtopo/readFile').map(({ params }) => params.uri);
    expect(asked.sort()).toEqual([`${uri}.lock`, types].sort());
  });
});
