import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { textBeside } from '../text-beside.ts';

/** The command "irqtopo: Compare Interrupt Controllers": the PCI tree on each of them as a table beside the spec. */
export function comparePlatforms(client: BaseLanguageClient): vscode.Disposable {
  const { provided, open } = textBeside(client, {
    scheme: 'irqtopo-comparison',
    request: 'irqtopo/comparison',
    title: 'on each interrupt controller',
    hint: 'Open an .irqtopo file to compare interrupt controllers.',
  });
  return vscode.Disposable.from(provided, vscode.commands.registerCommand('irqtopo.comparePlatforms', open));
}
