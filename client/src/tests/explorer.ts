import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';
import type { TestInfo } from '../../../server/src/lsp/tests-protocol.ts';
import { askTests, isOpen } from './ask.ts';
import { showTests, testsIn } from './items.ts';
import { type Shown, showResult } from './results.ts';

const SPECS = '**/*.irqtopo';
const NOT_OURS = '**/node_modules/**';

/** Tests of one file whose steps a run tells one by one. */
const LOGGED = 50;

/**
 * Scenarios in the Test Explorer. The server has run those of open files before anybody asks, so their results follow what
 * is typed; those of other files are listed, and run when asked for.
 */
export function testExplorer(client: BaseLanguageClient): vscode.Disposable {
  const controller = vscode.tests.createTestController('irqtopo', 'irqtopo');
  const profile = controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, run, true);
  const converter = client.protocol2CodeConverter;
  const shown: Shown = new WeakMap();
  /** Specs whose results a run is about to show. */
  const running = new Set<string>();

  async function run(request: vscode.TestRunRequest, token?: vscode.CancellationToken): Promise<void> {
    const going = controller.createTestRun(request);
    const files = testsIn(controller, request);
    for (const file of files.keys()) running.add(file.id);
    try {
      for (const [{ uri }, items] of files) {
        if (token?.isCancellationRequested || uri === undefined) break;
        for (const item of items) going.started(item);
        const before = performance.now();
        // The server checks what an editor holds; opening a document does not show it.
        await vscode.workspace.openTextDocument(uri);
        const logs = items.slice(0, LOGGED).map(({ id }) => id);
        const tests = await askTests(client, uri, logs);
        showTests(controller, converter, uri, tests);
        const milliseconds = (performance.now() - before) / items.length;
        const byId = new Map(tests.map((test) => [test.id, test]));
        for (const item of items) showResult(going, item, byId.get(item.id), { converter, shown, milliseconds });
      }
    } finally {
      for (const file of files.keys()) running.delete(file.id);
      going.end();
    }
  }

  /** Lists the tests of a spec, and shows their results where the server has run them. */
  async function update(uri: vscode.Uri): Promise<void> {
    try {
      const tests = await askTests(client, uri);
      showTests(controller, converter, uri, tests);
      if (isOpen(uri) && !running.has(uri.toString())) follow(uri, tests);
    } catch (error) {
      client.error(`The tests of ${uri} could not be read.`, error, false);
    }
  }

  /** Shows results that are others than before. Nobody asked for them: nothing is opened, and nothing kept. */
  function follow(uri: vscode.Uri, tests: readonly TestInfo[]): void {
    const children = controller.items.get(uri.toString())?.children;
    const fresh = tests.flatMap((test) => {
      const item = children?.get(test.id);
      return item === undefined || shown.get(item) === JSON.stringify(test.result) ? [] : [{ test, item }];
    });
    if (fresh.length === 0) return;
    const items = fresh.map(({ item }) => item);
    const going = controller.createTestRun(
      new vscode.TestRunRequest(items, undefined, profile, true),
      undefined,
      false,
    );
    for (const { test, item } of fresh) showResult(going, item, test, { converter, shown });
    going.end();
  }

  async function discover(): Promise<void> {
    const files = await vscode.workspace.findFiles(SPECS, NOT_OURS);
    const there = new Set(files.map(String));
    for (const [id, { uri }] of controller.items) {
      if (!there.has(id) && uri !== undefined && !isOpen(uri)) controller.items.delete(id);
    }
    for (const uri of files) await update(uri);
  }

  /** What the lens over a scenario does. */
  async function runOne(uri: string, id: string): Promise<void> {
    await update(vscode.Uri.parse(uri, true));
    const item = controller.items.get(uri)?.children.get(id);
    if (item === undefined) return;
    await run(new vscode.TestRunRequest([item], undefined, profile));
    await vscode.commands.executeCommand('testing.showMostRecentOutput');
  }

  const updateOpen = () => {
    for (const { languageId, uri } of vscode.workspace.textDocuments) if (languageId === 'irqtopo') void update(uri);
  };
  const onDisk = vscode.workspace.createFileSystemWatcher(SPECS);
  controller.resolveHandler = (item) => (item?.uri === undefined ? discover() : update(item.uri));
  controller.refreshHandler = discover;
  updateOpen();
  return vscode.Disposable.from(
    controller,
    vscode.commands.registerCommand('irqtopo.runScenario', runOne),
    onDisk,
    onDisk.onDidCreate(update),
    onDisk.onDidDelete((uri) => controller.items.delete(uri.toString())),
    vscode.workspace.onDidOpenTextDocument(({ languageId, uri }) => {
      if (languageId === 'irqtopo') void update(uri);
    }),
    client.onNotification('irqtopo/testsChanged', ({ uri }: { uri: string }) => update(vscode.Uri.parse(uri, true))),
    client.onDidChangeState(({ newState }) => {
      // A new server knows nothing of what the old one was asked.
      if (newState === State.Running) updateOpen();
    }),
  );
}
