import { describe, expect, it } from 'vitest';
import { clientFiles } from '../../../server/src/lsp/client-files.ts';
import type { Files } from '../../../server/src/lsp/files.ts';
import { makeWorkspace, type Workspace } from '../../../server/src/lsp/workspace.ts';

const MAIN = 'vscode-vfs://host/spec/main.irqtopo';
const TYPES = 'vscode-vfs://host/spec/types.irqtopo';

function workspaceOn(files: Files, failed: unknown[] = []): Workspace {
  return makeWorkspace({
    rested: () => undefined,
    files,
    folders: () => ['vscode-vfs://host/spec'],
    encoding: 'utf-16',
    later: setImmediate,
    listener: { checked: () => undefined, failed: (_uri, _version, error) => failed.push(error) },
  });
}

const rules = async (workspace: Workspace) =>
  (await workspace.settled(MAIN)).findings.map(({ located }) => located.finding.rule);

describe('a workspace whose files the client reads', () => {
  it('says nothing before an included file has come, and checks again when it has', async () => {
    const asked: string[] = [];
    let give: (answer: { text: string | null }) => void = () => undefined;
    const ask = (uri: string) => {
      if (uri.endsWith('.lock')) return Promise.resolve({ text: null });
      asked.push(uri);
      return new Promise<{ text: string | null }>((resolve) => {
        give = resolve;
      });
    };
    const workspace: Workspace = workspaceOn(
      clientFiles(
        ask,
        (uri) => workspace.arrived(uri),
        () => undefined,
      ),
    );
    workspace.open(MAIN, 1, 'include "types.irqtopo"\nhost-bridge h { root-port p { endpoint e : fast } }\n');
    while (asked.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(asked).toEqual([TYPES]);
    expect(workspace.findingsIn(MAIN)).toBeUndefined();
    give({ text: 'device-type fast : nvme {}\n' });
    expect(await rules(workspace)).not.toContain('unresolved-reference');
  });

  it.each([
    [null, 'cannot be read'],
    ['\uFFFD', 'is not UTF-8'],
    ['\0', 'NUL byte'],
  ])('has a finding for a file that comes as %j', async (text, reason) => {
    const files = clientFiles(
      () => Promise.resolve({ text }),
      (uri) => workspace.arrived(uri),
      () => undefined,
    );
    const workspace: Workspace = workspaceOn(files);
    workspace.open(MAIN, 1, 'include "types.irqtopo"\n');
    const { findings } = await workspace.settled(MAIN);
    expect(findings.map(({ located }) => located.finding.message).join()).toContain(reason);
  });

  it('does not follow a path out of the folder', async () => {
    const files = clientFiles(
      () => Promise.reject(new Error('asked')),
      () => undefined,
      () => undefined,
    );
    const workspace = workspaceOn(files);
    workspace.open(MAIN, 1, 'include "../other.irqtopo"\n');
    expect(await rules(workspace)).toEqual(['include-outside']);
  });
});

describe('a workspace', () => {
  it('gives up an analysis whose text changes, and tells who waits', async () => {
    const workspace: Workspace = workspaceOn(
      clientFiles(
        () => Promise.resolve({ text: null }),
        (uri) => workspace.arrived(uri),
        () => undefined,
      ),
    );
    workspace.open(MAIN, 1, 'machine m {}\n');
    const first = workspace.analysis(MAIN);
    workspace.change(MAIN, 2, [{ text: 'machine n {}\n' }]);
    await expect(first).rejects.toMatchObject({ code: -32801 });
    expect((await workspace.analysis(MAIN))?.files.get(MAIN)?.text).toBe('machine n {}\n');
  });

  it('survives a check that throws', async () => {
    const failures: unknown[] = [];
    const files: Files = {
      sourcesFor: (_main, _folder, open) => ({
        read: (uri) => ({ text: open(uri) ?? '' }),
        resolve: () => {
          throw new Error('no such luck');
        },
      }),
      forget: () => undefined,
    };
    const workspace = workspaceOn(files, failures);
    workspace.open(MAIN, 1, 'include "a"\n');
    expect((await workspace.settled(MAIN)).failure).toBe('no such luck');
    await expect(workspace.analysis(MAIN)).rejects.toThrow('no such luck');
    expect(failures).toHaveLength(1);
    workspace.change(MAIN, 2, [{ text: 'machine m {}\n' }]);
    expect((await workspace.settled(MAIN)).failure).toBeUndefined();
  });
});
