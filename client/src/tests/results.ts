import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { TestFailureInfo, TestResult } from '../../../server/src/lsp/tests-protocol.ts';

type Converter = BaseLanguageClient['protocol2CodeConverter'];

/** Writes what each step did into the output of a run. */
export function logged(run: vscode.TestRun, item: vscode.TestItem, { log = [], failures }: TestResult): void {
  // The output is a terminal: a line ends with both.
  const lines = [item.label, ...log.map((line) => `  ${line}`), ...failures.flatMap(told), ''];
  run.appendOutput(lines.map((line) => `${line}\r\n`).join(''), undefined, item);
}

export function passed(run: vscode.TestRun, item: vscode.TestItem, milliseconds: number | undefined): void {
  run.passed(item, milliseconds);
}

/** Each failure becomes a message at its step, with what was expected, what came, and why. */
export function failed(
  run: vscode.TestRun,
  item: vscode.TestItem,
  { failures }: TestResult,
  converter: Converter,
  milliseconds: number | undefined,
): void {
  run.failed(
    item,
    failures.map((failure) => messageOf(failure, converter)),
    milliseconds,
  );
}

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

function told({ message, expected, actual, because }: TestFailureInfo): readonly string[] {
  return [
    `  ✗ ${message}`,
    ...(expected === undefined ? [] : [`    expected: ${expected}`]),
    ...(actual === undefined ? [] : [`         got: ${actual}`]),
    ...because.map(({ text }) => `     because: ${text}`),
  ];
}
