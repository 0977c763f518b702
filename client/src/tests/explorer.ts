import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';
import type { TestInfo, TestsAnswer } from '../../../server/src/lsp/tests-protocol.ts';
import { failed, logged, passed } from './results.ts';

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
  /** What was last shown of each test, so that only what has changed is shown again. */
  const shown = new WeakMap<vscode.TestItem, string>();
  const reading = new Map<string, Promise<readonly TestInfo[]>>();
  /** Specs whose results a run is about to show. */
  const running = new Set<string>();

  /** The tests of a spec as they are now, in the explorer. */
  async function read(uri: vscode.Uri): Promise<readonly TestInfo[]> {
    const name = uri.toString();
    const waiting = reading.get(name);
    if (waiting !== undefined) return waiting;
    const answer = ask(uri, []).finally(() => reading.delete(name));
    reading.set(name, answer);
    const tests = await answer;
    show(uri, tests);
    return tests;
  }

  async function ask(uri: vscode.Uri, logs: readonly string[]): Promise<readonly TestInfo[]> {
    const textDocument = { uri: uri.toString() };
    const open = isOpen(uri);
    const text = open ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const answer = await client.sendRequest<TestsAnswer | null>('irqtopo/tests', { textDocument, text, logs });
    return answer?.tests ?? [];
  }

  function show(uri: vscode.Uri, tests: readonly TestInfo[]): void {
    const id = uri.toString();
    if (tests.length === 0) {
      controller.items.delete(id);
      return;
    }
    const file = controller.items.get(id) ?? controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
    const before = new Map([...file.children].map(([name, item]) => [name, item]));
    const items = tests.map((test, i) => {
      const at = vscode.Uri.parse(test.location.uri, true);
      const known = before.get(test.id);
      const item =
        known?.uri?.toString() === at.toString() ? known : controller.createTestItem(test.id, test.label, at);
      item.range = client.protocol2CodeConverter.asRange(test.location.range);
      item.sortText = String(i).padStart(5, '0');
      return item;
    });
    file.children.replace(items);
    controller.items.add(file);
  }

  /** Shows results that are others than before. Nobody asked for them: nothing is opened, and nothing kept. */
  function follow(uri: vscode.Uri, tests: readonly TestInfo[]): void {
    const file = controller.items.get(uri.toString());
    const fresh = tests.flatMap((test) => {
      const item = file?.children.get(test.id);
      return item === undefined || shown.get(item) === outcomeOf(test) ? [] : [{ test, item }];
    });
    if (fresh.length === 0) return;
    const request = new vscode.TestRunRequest(
      fresh.map(({ item }) => item),
      undefined,
      profile,
      true,
    );
    const going = controller.createTestRun(request, undefined, false);
    for (const { test, item } of fresh) report(going, item, test, undefined);
    going.end();
  }

  function report(
    going: vscode.TestRun,
    item: vscode.TestItem,
    test: TestInfo,
    milliseconds: number | undefined,
  ): void {
    if (test.result === undefined) {
      going.skipped(item);
      return;
    }
    shown.set(item, outcomeOf(test));
    logged(going, item, test.result);
    if (test.result.outcome === 'passed') passed(going, item, milliseconds);
    else failed(going, item, test.result, client.protocol2CodeConverter, milliseconds);
  }

  async function run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const going = controller.createTestRun(request);
    const files = wantedOf(request);
    for (const file of files.keys()) running.add(file.id);
    try {
      for (const [file, wanted] of files) {
        if (token.isCancellationRequested || file.uri === undefined) break;
        for (const item of wanted) going.started(item);
        // The server checks what an editor holds; opening a document does not show it.
        await vscode.workspace.openTextDocument(file.uri);
        const before = performance.now();
        const logs = wanted.slice(0, LOGGED).map(({ id }) => id);
        const tests = await ask(file.uri, logs);
        show(file.uri, tests);
        const each = (performance.now() - before) / Math.max(1, wanted.length);
        const byId = new Map(tests.map((test) => [test.id, test]));
        for (const item of wanted) {
          const test = byId.get(item.id);
          if (test === undefined) going.skipped(item);
          else report(going, item, test, each);
        }
      }
    } finally {
      for (const file of files.keys()) running.delete(file.id);
      going.end();
    }
  }

  /** The tests of a request, file by file. */
  function wantedOf({ include, exclude }: vscode.TestRunRequest): Map<vscode.TestItem, vscode.TestItem[]> {
    const wanted = new Map<vscode.TestItem, vscode.TestItem[]>();
    const add = (item: vscode.TestItem) => {
      if (exclude?.includes(item)) return;
      if (item.parent === undefined) for (const [, child] of item.children) add(child);
      else {
        const beside = wanted.get(item.parent);
        if (beside === undefined) wanted.set(item.parent, [item]);
        else beside.push(item);
      }
    };
    for (const item of include ?? [...controller.items].map(([, file]) => file)) add(item);
    return wanted;
  }

  async function discover(): Promise<void> {
    const files = await vscode.workspace.findFiles(SPECS, NOT_OURS);
    const there = new Set(files.map(String));
    for (const [id] of controller.items)
      if (!there.has(id) && !isOpen(vscode.Uri.parse(id))) controller.items.delete(id);
    for (const uri of files) await update(uri);
  }

  async function update(uri: vscode.Uri): Promise<void> {
    try {
      const tests = await read(uri);
      if (isOpen(uri) && !running.has(uri.toString())) follow(uri, tests);
    } catch (error) {
      client.error(`The tests of ${uri} could not be read.`, error, false);
    }
  }

  controller.resolveHandler = async (item) => {
    if (item === undefined) await discover();
    else if (item.uri !== undefined) await update(item.uri);
  };
  controller.refreshHandler = discover;

  const runOne = vscode.commands.registerCommand('irqtopo.runScenario', async (uri: string, id: string) => {
    await update(vscode.Uri.parse(uri, true));
    const item = controller.items.get(uri)?.children.get(id);
    if (item === undefined) return;
    const cancel = new vscode.CancellationTokenSource();
    await run(new vscode.TestRunRequest([item], undefined, profile), cancel.token);
    await vscode.commands.executeCommand('testing.showMostRecentOutput');
  });

  const onDisk = vscode.workspace.createFileSystemWatcher(SPECS);
  const open = () => vscode.workspace.textDocuments.filter(({ languageId }) => languageId === 'irqtopo');
  const updateOpen = () => {
    for (const { uri } of open()) void update(uri);
  };
  updateOpen();
  return vscode.Disposable.from(
    controller,
    runOne,
    onDisk,
    onDisk.onDidCreate(update),
    onDisk.onDidDelete((uri) => controller.items.delete(uri.toString())),
    vscode.workspace.onDidOpenTextDocument(({ languageId, uri }) => {
      if (languageId === 'irqtopo') void update(uri);
    }),
    client.onDidChangeState(({ newState }) => {
      // A new server knows nothing of what the old one was asked.
      if (newState === State.Running) updateOpen();
    }),
    client.onNotification('irqtopo/testsChanged', ({ uri }: { uri: string }) => update(vscode.Uri.parse(uri, true))),
  );
}

/** What a result says, without the log of how it came. */
const outcomeOf = ({ result }: TestInfo): string => JSON.stringify({ ...result, log: undefined });

const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some((open) => open.uri.toString() === uri.toString());
