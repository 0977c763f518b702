/** Scenarios over the wire: hints, lenses, tests, the moment of a cursor, an expectation of what a step did. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startClient } from './client.ts';
import { applied, positionOf } from './texts.ts';

const SPEC = `machine guest { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0 { expect { vectors = 3 } }
      hotplug endpoint late at 02.0 { msix = 10; request msix { vectors = 2..10 } }
    }
  }
}
scenario "a card comes" {
  plug late
  expect late { error = none }
}
`;
const uri = 'file:///time.irqtopo';
const everywhere = { range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } } };

let client: Client;
beforeAll(async () => {
  const workspace = { inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } };
  client = await startClient({ workspace, initializationOptions: { runTestCommand: 'run.test' } });
  client.open(uri, SPEC);
});
afterAll(() => client.stop());

const tests = async (params: object) => (await client.request('irqtopo/tests', params)).result.tests;
const now = async (position: object | null) =>
  (await client.request('irqtopo/now', { textDocument: { uri }, position })).result;
const hover = async (needle: string) =>
  (await client.ask('hover', uri, { position: positionOf(SPEC, needle) })).contents.value;

describe('scenarios over the wire', () => {
  it('each step has a hint, but where the client shows what went wrong itself', async () => {
    const hints = await client.ask('inlayHint', uri, everywhere);
    expect(hints).toEqual([]);
    const other = await startClient();
    other.open(uri, SPEC);
    const all = await other.ask('inlayHint', uri, everywhere);
    expect(all.map(({ label }: { label: string }) => label)).toEqual(['✗ ENOSPC: 1 event left', '✗ error is ENOSPC']);
    expect(all[0].position).toEqual(positionOf(SPEC, 'plug late', 'plug late'.length));
    const { result } = await other.request('inlayHint/resolve', all[0]);
    expect(result.tooltip.value).toContain('late');
    await other.stop();
  });

  it('a lens runs the scenario by the command that the client has named', async () => {
    const lenses = await client.ask('codeLens', uri);
    expect(lenses.slice(0, 2).map(({ command }: { command: object }) => command)).toEqual([
      { title: '▶ Run', command: 'run.test', arguments: [uri, 'scenario a card comes'] },
      { title: '✗ 2 of 3 steps failed', command: '' },
    ]);
    const { result } = await client.request('codeLens/resolve', lenses[2]);
    expect(result.command.title).toMatch(/^left: \d+ LPIs, .*1 event below br0$/);
  });

  it('its tests come with their results, and changes are told', async () => {
    const [boot, card, ...others] = await tests({ textDocument: { uri }, logs: ['scenario a card comes'] });
    expect(others).toEqual([]);
    expect(boot).toMatchObject({ id: 'boot', label: 'at boot', result: { outcome: 'passed', failures: [] } });
    expect(card).toMatchObject({ id: 'scenario a card comes', label: 'a card comes', result: { outcome: 'failed' } });
    expect(card.location.range.start).toEqual(positionOf(SPEC, 'scenario'));
    expect(card.result.log).toEqual([
      expect.stringMatching(/^1\. boot: /),
      '2. plug late: ENOSPC: 1 event left',
      '3. expect late: ✗ error is ENOSPC',
    ]);
    const [, unmet] = card.result.failures;
    expect(unmet).toMatchObject({ expected: 'none', actual: 'ENOSPC' });
    expect(unmet.location.range.start).toEqual(positionOf(SPEC, 'none }'));
    expect(unmet.because.map(({ text }: { text: string }) => text)).toContain('late is 02:02.0, requester ID 0x0210');
    const told = client.notified.length;
    client.change(uri, 2, [{ text: SPEC.replace('= none', '= ENOSPC') }]);
    await client.until(
      () => client.notified.slice(told).some(({ method }) => method === 'irqtopo/testsChanged'),
      'the notice',
    );
    const again = await tests({ textDocument: { uri } });
    expect(again.map(({ result }: { result: { outcome: string } }) => result.outcome)).toEqual(['passed', 'passed']);
    client.change(uri, 3, [{ text: SPEC }]);
  });

  it('the tests of a file that is not open are listed', async () => {
    const closed = 'file:///closed.irqtopo';
    const [boot, card] = await tests({ textDocument: { uri: closed }, text: SPEC });
    expect(boot).toEqual({ id: 'boot', label: 'at boot', location: { uri: closed, range: expect.anything() } });
    expect(card.location.range.start).toEqual(positionOf(SPEC, 'scenario'));
    expect((await client.request('irqtopo/tests', { textDocument: { uri: closed } })).result).toBeNull();
  });

  it('a cursor in a scenario sets the moment for hovers and for the allocation', async () => {
    const allocation = async (more = {}) =>
      (await client.request('irqtopo/allocation', { textDocument: { uri }, ...more })).result.text;
    expect(await now({ line: 0, character: 0 })).toBeNull();
    expect(await hover('late at')).toContain('Absent after the boot');
    expect(await allocation()).toMatch(/^After the boot/);
    expect(await allocation({ position: positionOf(SPEC, 'plug late') })).toMatch(/^Now, after step 2, plug late/);

    expect(await now(positionOf(SPEC, 'plug late'))).toEqual({ scenario: 'a card comes', step: 2, label: 'plug late' });
    expect(await hover('late at')).toContain('after step 2, `plug late`, of “a card comes”');
    expect(await allocation()).toMatch(/^Now, after step 2/);
    // Looking at a function does not change it.
    expect(await now(positionOf(SPEC, 'nic0'))).toMatchObject({ step: 2 });
    expect(await now(null)).toBeNull();
    expect(await hover('late at')).toContain('Absent after the boot');
  });

  it('an expectation of what a step did can be written', async () => {
    const other = 'file:///expect.irqtopo';
    const text = SPEC.replace('  expect late { error = none }\n', '');
    client.open(other, text);
    const at = positionOf(text, 'plug late');
    const context = { diagnostics: [], only: ['quickfix'] };
    const actions = await client.ask('codeAction', other, { range: { start: at, end: at }, context });
    const action = actions.find(({ title }: { title: string }) => title.startsWith('Expect what this step did'));
    expect(action.title).toBe('Expect what this step did: error = ENOSPC');
    const [{ edits }] = action.edit.documentChanges;
    expect(applied(text, edits)).toContain('  plug late\n  expect late { error = ENOSPC }\n');
  });
});
