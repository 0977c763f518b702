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
  /** Edits that say which version of a text they are for. */
  readonly documentChanges: boolean;
}

export function clientSupport({ capabilities: { workspace, textDocument } }: InitializeParams): ClientSupport {
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
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
  };
}
