import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { Now, NowParams } from '../../server/src/lsp/now-protocol.ts';

/** Right of the language's own entries, where the place of the cursor is told, too. */
const PRIORITY = 100;

/**
 * A cursor in a scenario sets the moment whose numbers hovers and the allocation tell. It stays when the cursor goes to look at
 * a function; the status bar says which it is, and a click there goes back to the boot.
 */
export function nowFollowsCursor(client: BaseLanguageClient): vscode.Disposable {
  const status = vscode.window.createStatusBarItem('irqtopo.now', vscode.StatusBarAlignment.Right, PRIORITY);
  status.name = 'irqtopo: moment';
  status.command = 'irqtopo.afterBoot';
  /** Of moves that come while the server is asked, the last one counts. */
  let asking = false;
  let next: NowParams | undefined;

  async function set(params: NowParams): Promise<void> {
    next = params;
    if (asking) return;
    asking = true;
    try {
      for (let asked: NowParams | undefined = next; asked !== undefined; asked = next) {
        next = undefined;
        show(await client.sendRequest<Now | null>('irqtopo/now', asked));
      }
    } catch (error) {
      client.error('The moment could not be set.', error, false);
    } finally {
      asking = false;
    }
  }

  function show(now: Now | null): void {
    if (now === null) {
      status.hide();
      return;
    }
    status.text = `$(history) Step ${now.step}: ${now.label}`;
    status.tooltip = `Numbers are those after step ${now.step} of “${now.scenario}”. Click for those after the boot.`;
    status.show();
  }

  const follow = (editor: vscode.TextEditor | undefined) => {
    // The allocation beside is no spec; the moment of the spec that was left stays in sight.
    if (editor === undefined || editor.document.uri.scheme.startsWith('irqtopo-')) return;
    if (editor.document.languageId !== 'irqtopo') return status.hide();
    void set({
      textDocument: { uri: editor.document.uri.toString() },
      position: client.code2ProtocolConverter.asPosition(editor.selection.active),
    });
  };

  follow(vscode.window.activeTextEditor);
  return vscode.Disposable.from(
    status,
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
    vscode.window.onDidChangeActiveTextEditor(follow),
    vscode.commands.registerCommand('irqtopo.afterBoot', () => {
      const spec = vscode.window.activeTextEditor?.document;
      if (spec?.languageId === 'irqtopo') void set({ textDocument: { uri: spec.uri.toString() }, position: null });
    }),
  );
}
