import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { TestFailureInfo, TestInfo, TestResult } from '../../../server/src/lsp/tests-protocol.ts';

type Converter = BaseLanguageClient['protocol2CodeConverter'];

/** What was last shown of each test, so that only what has changed is shown again. */
export type Shown = WeakMap<vscode.TestItem, string>;

export interface Showing {
  readonly converter: Converter;
  readonly shown: Shown;
  /** Undefined: nobody waited for it. */
  readonly milliseconds?: number;
}

/** Shows how a test went in a run: each failure at its step, with what was expected, what came, and why. */
export function showResult(
  run: vscode.TestRun,
  item: vscode.TestItem,
  test: TestInfo | undefined,
  { converter, shown, milliseconds }: Showing,
): void {
  const result = test?.result;
  if (result === undefined) {
    run.skipped(item);
    return;
  }
  const { log, ...outcome } = result;
  shown.set(item, JSON.stringify(outcome));
  // The output is a terminal: a line ends with both.
  const lines = [item.label, ...(log ?? []).map((line) => `  ${line}`), ...result.failures.flatMap(linesOf), ''];
  run.appendOutput(lines.map((line) => `${line}\r\n`).join(''), undefined, item);
  if (result.outcome === 'passed') run.passed(item, milliseconds);
  else run.failed(item, messagesOf(result, converter), milliseconds);
}

const messagesOf = ({ failures }: TestResult, converter: Converter): vscode.TestMessage[] =>
  failures.map((failure) => messageOf(failure, converter));

function messageOf(failure: TestFailureInfo, converter: Converter): vscode.TestMessage {
  const { message, location, expected, actual, because } = failure;
  const text = [message, ...because.map((reason) => `• ${reason.text}`)].join('\n');
  const told =
    expected === undefined || actual === undefined
      ? new vscode.TestMessage(text)
      : vscode.TestMessage.diff(text, expected, actual);
  told.location = new vscode.Location(vscode.Uri.parse(location.uri, true), converter.asRange(location.range));
  return told;
}

function linesOf({ message, expected, actual, because }: TestFailureInfo): readonly string[] {
  return [
    `  ✗ ${message}`,
    ...(expected === undefined ? [] : [`    expected: ${expected}`]),
    ...(actual === undefined ? [] : [`         got: ${actual}`]),
    ...because.map(({ text }) => `     because: ${text}`),
  ];
}
