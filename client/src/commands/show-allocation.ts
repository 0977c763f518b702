import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { textBeside } from '../text-beside.ts';

/** The command "irqtopo: Show Allocation": the whole allocation as a read-only text beside the spec, kept up to date. */
export function showAllocation(client: BaseLanguageClient): vscode.Disposable {
  const { provided, open } = textBeside(client, {
    scheme: 'irqtopo-allocation',
    request: 'irqtopo/allocation',
    title: 'allocation',
    hint: 'Open an .irqtopo file to see its allocation.',
  });
  return vscode.Disposable.from(provided, vscode.commands.registerCommand('irqtopo.showAllocation', open));
}
