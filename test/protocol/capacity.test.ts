import { afterEach, describe, expect, it } from 'vitest';
import { type Client, startClient } from './client.ts';
import { positionOf, SHARED_BRIDGE } from './texts.ts';

const uri = 'file:///a folder/shared.irqtopo'.replace(' ', '%20');
const running: Client[] = [];
afterEach(async () => {
  for (const client of running.splice(0)) await client.stop();
});

async function started(options: Parameters<typeof startClient>[0]): Promise<Client> {
  const client = await startClient(options);
  running.push(client);
  client.open(uri, SHARED_BRIDGE);
  return client;
}

const showing = {
  workspace: { textDocumentContent: { dynamicRegistration: true } },
  window: { showDocument: { support: true } },
};
const last = (client: Client, method: string) =>
  client.notified.findLast((sent) => sent.method === method)?.params as { uri: string } | undefined;

async function offered(client: Client, needle: string) {
  const start = positionOf(SHARED_BRIDGE, needle);
  const actions = await client.ask('codeAction', uri, { range: { start, end: start }, context: { diagnostics: [] } });
  return actions.filter(({ title }: { title: string }) => title === 'How many more fit?');
}

describe('How many more fit?', () => {
  it('opens a text without a file, and tells when it may have changed', async () => {
    const client = await started(showing);
    client.answers.set('window/showDocument', { success: true });
    client.answers.set('workspace/textDocumentContent/refresh', null);
    const [action] = await offered(client, 'hotplug endpoint');
    expect((await client.request('workspace/executeCommand', action.command)).error).toBeUndefined();
    const shown = last(client, 'window/showDocument')?.uri ?? '';
    expect(shown).toMatch(/^irqtopo-capacity:\/shared\.irqtopo%20\(how%20many%20more%20fit\)\?/);
    const { result } = await client.request('workspace/textDocumentContent', { uri: shown });
    expect(result.text).toContain('How many more fit after the boot');
    expect(result.text).toMatch(/root ports of \w+\n {2}fit +\d+ more/);
    client.change(uri, 2, [{ text: `${SHARED_BRIDGE}\n` }]);
    await client.until(() => last(client, 'workspace/textDocumentContent/refresh') !== undefined, 'the notice');
    expect(last(client, 'workspace/textDocumentContent/refresh')).toEqual({ uri: shown });
  });

  it('is a message where the client shows no such texts', async () => {
    const client = await started({});
    const [action] = await offered(client, 'host-bridge');
    expect((await client.request('workspace/executeCommand', action.command)).error).toBeUndefined();
    // A message to its user is what no other test expects.
    const [message] = client.unexpected.splice(0);
    expect(message).toMatch(/^window\/showMessage .*How many more fit after the boot/);
  });

  it('is offered at candidates and at the machine as a whole, and of no library', async () => {
    const client = await started({});
    expect(await offered(client, 'root-port')).toEqual([]);
    expect(await offered(client, 'machine')).toHaveLength(1);
    const params = { command: 'irqtopo.howManyMoreFit', arguments: ['file:///none.irqtopo'] };
    expect((await client.request('workspace/executeCommand', params)).error?.code).toBe(-32602);
  });
});
