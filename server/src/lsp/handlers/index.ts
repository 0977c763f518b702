/** Every message the server handles, but for the few that begin and end a connection (../server.ts). */
import type { Handler } from '../handler.ts';
import { allocation } from './allocation.ts';
import { codeAction } from './code-action.ts';
import { codeLens } from './code-lens.ts';
import { codeLensResolve } from './code-lens-resolve.ts';
import { comparison } from './comparison.ts';
import { completion } from './completion.ts';
import { definition } from './definition.ts';
import { didChange } from './did-change.ts';
import { didChangeConfiguration } from './did-change-configuration.ts';
import { didChangeWatchedFiles } from './did-change-watched-files.ts';
import { didChangeWorkspaceFolders } from './did-change-workspace-folders.ts';
import { didClose } from './did-close.ts';
import { didOpen } from './did-open.ts';
import { documentDiagnostic } from './document-diagnostic.ts';
import { documentHighlight } from './document-highlight.ts';
import { documentSymbol } from './document-symbol.ts';
import { executeCommand } from './execute-command.ts';
import { foldingRange } from './folding-range.ts';
import { formatting, rangeFormatting } from './formatting.ts';
import { hover } from './hover.ts';
import { initialized } from './initialized.ts';
import { inlayHint } from './inlay-hint.ts';
import { inlayHintResolve } from './inlay-hint-resolve.ts';
import { lock } from './lock.ts';
import { now } from './now.ts';
import { platforms } from './platforms.ts';
import { references } from './references.ts';
import { prepareRename, rename } from './rename.ts';
import { selectionRange } from './selection-range.ts';
import { semanticTokensFull, semanticTokensRange } from './semantic-tokens.ts';
import { tests } from './tests.ts';
import { textDocumentContent } from './text-document-content.ts';
import { workspaceDiagnostic } from './workspace-diagnostic.ts';
import { workspaceSymbol } from './workspace-symbol.ts';

export const HANDLERS: readonly Handler[] = [
  initialized,
  didOpen,
  didChange,
  didClose,
  didChangeConfiguration,
  didChangeWatchedFiles,
  didChangeWorkspaceFolders,
  documentDiagnostic,
  workspaceDiagnostic,
  hover,
  completion,
  documentSymbol,
  workspaceSymbol,
  definition,
  references,
  documentHighlight,
  prepareRename,
  rename,
  formatting,
  rangeFormatting,
  codeAction,
  foldingRange,
  selectionRange,
  semanticTokensFull,
  semanticTokensRange,
  inlayHint,
  inlayHintResolve,
  codeLens,
  codeLensResolve,
  tests,
  now,
  allocation,
  lock,
  platforms,
  comparison,
  executeCommand,
  textDocumentContent,
];
