/** What a client can do, as far as it changes what the server does or sends. */
import type { InitializeParams } from 'vscode-languageserver';

export interface ClientSupport {
  /** It asks for diagnostics itself, so that none are pushed. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescriptions: boolean;
  /** It answers workspace/configuration. */
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly snippets: boolean;
  readonly definitionLinks: boolean;
  readonly markdown: boolean;
  readonly hierarchicalSymbols: boolean;
  /** Code actions as objects; older clients know commands only, of which there are none. */
  readonly codeActionLiterals: boolean;
  readonly refreshesInlayHints: boolean;
  readonly refreshesCodeLenses: boolean;
  /** The command by which the client runs a test; its arguments are the spec's URI and the test's id. */
  readonly runTestCommand: string | undefined;
  /** The command by which the client writes a lock file; its argument is the spec's URI. */
  readonly updateLockCommand: string | undefined;
  /** Edits that say which version of a text they are for. */
  readonly documentChanges: boolean;
  /** It shows a text that is no file yet (irqtopo/openText), as VS Code does. */
  readonly opensTexts: boolean;
  /** It makes files for an edit of the server's. */
  readonly createsFiles: boolean;
  readonly showsDocuments: boolean;
  /** It asks for texts that are no files (workspace/textDocumentContent). */
  readonly providesContents: boolean;
}

export function clientSupport({
  capabilities: { workspace, textDocument, window },
  initializationOptions,
}: InitializeParams): ClientSupport {
  const hoverFormats = textDocument?.hover?.contentFormat;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    relatedInformation: textDocument?.publishDiagnostics?.relatedInformation !== false,
    codeDescriptions: textDocument?.publishDiagnostics?.codeDescriptionSupport !== false,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    definitionLinks: textDocument?.definition?.linkSupport === true,
    markdown: hoverFormats === undefined || hoverFormats.includes('markdown'),
    hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    runTestCommand: textOption(initializationOptions, 'runTestCommand'),
    updateLockCommand: textOption(initializationOptions, 'updateLockCommand'),
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    opensTexts: isSet(initializationOptions, 'opensTexts'),
    createsFiles:
      workspace?.applyEdit === true &&
      workspace.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    showsDocuments: window?.showDocument?.support === true,
    providesContents: workspace?.textDocumentContent !== undefined,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
  };
}

const isSet = (options: unknown, key: string): boolean =>
  typeof options === 'object' && options !== null && Reflect.get(options, key) === true;

/** An option that is a text; undefined where it is none. */
function textOption(options: unknown, key: string): string | undefined {
  const value: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}
