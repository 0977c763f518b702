/** What this server can do: the only list of it. */
import { CodeActionKind, type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../ide/semantic-tokens.ts';
import { CAPACITY_COMMAND, CAPACITY_SCHEME } from './capacity-protocol.ts';
import type { Encoding } from './convert.ts';
import { TRY_ON_COMMAND } from './platform-protocol.ts';

/** The kind of the action that applies every safe fix. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.irqtopo`;

/** The kind of the actions that put a tree on another interrupt controller. */
export const TRY_ON = `${CodeActionKind.Refactor}.irqtopo`;

export function capabilities(encoding: Encoding): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    diagnosticProvider: { identifier: 'irqtopo', interFileDependencies: true, workspaceDiagnostics: true },
    hoverProvider: true,
    completionProvider: { triggerCharacters: [':', '=', '[', ' ', '.'], resolveProvider: false },
    documentSymbolProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
      full: true,
      range: true,
    },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, TRY_ON] },
    executeCommandProvider: { commands: [TRY_ON_COMMAND, CAPACITY_COMMAND] },
    inlayHintProvider: { resolveProvider: true },
    codeLensProvider: { resolveProvider: true },
    workspaceSymbolProvider: true,
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      textDocumentContent: { schemes: [CAPACITY_SCHEME] },
    },
  };
}
