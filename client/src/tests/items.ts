import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { TestInfo } from '../../../server/src/lsp/tests-protocol.ts';

type Converter = BaseLanguageClient['protocol2CodeConverter'];

/** Puts the tests of a spec into the explorer, below an item for its file; a file without any has none. */
export function showTests(
  controller: vscode.TestController,
  converter: Converter,
  uri: vscode.Uri,
  tests: readonly TestInfo[],
): void {
  const id = uri.toString();
  if (tests.length === 0) {
    controller.items.delete(id);
    return;
  }
  const file = controller.items.get(id) ?? controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
  const items = tests.map((test, i) => {
    const item = known(file, test) ?? controller.createTestItem(test.id, test.label, placeOf(test));
    item.range = converter.asRange(test.location.range);
    item.sortText = String(i).padStart(5, '0');
    return item;
  });
  file.children.replace(items);
  controller.items.add(file);
}

/** The tests that a request is about, file by file. */
export function testsIn(
  controller: vscode.TestController,
  { include, exclude }: vscode.TestRunRequest,
): ReadonlyMap<vscode.TestItem, readonly vscode.TestItem[]> {
  const wanted = new Map<vscode.TestItem, vscode.TestItem[]>();
  const add = (item: vscode.TestItem) => {
    if (exclude?.includes(item)) return;
    if (item.parent === undefined) {
      for (const [, child] of item.children) add(child);
      return;
    }
    const beside = wanted.get(item.parent);
    if (beside === undefined) wanted.set(item.parent, [item]);
    else beside.push(item);
  };
  for (const item of include ?? [...controller.items].map(([, file]) => file)) add(item);
  return wanted;
}

/** The item that a test has already: where it stands cannot be changed of one. */
function known(file: vscode.TestItem, test: TestInfo): vscode.TestItem | undefined {
  const item = file.children.get(test.id);
  return item?.uri?.toString() === placeOf(test).toString() ? item : undefined;
}

const placeOf = ({ location }: TestInfo): vscode.Uri => vscode.Uri.parse(location.uri, true);
