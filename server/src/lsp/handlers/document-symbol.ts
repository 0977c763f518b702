import { type DocumentSymbol, DocumentSymbolRequest, type SymbolInformation, SymbolKind } from 'vscode-languageserver';
import { type OutlineItem, type OutlineRole, outlineOf } from '../../ide/symbols.ts';
import { asked } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const documentSymbol = request(
  DocumentSymbolRequest.type,
  [],
  ({ textDocument: { uri } }, session): DocumentSymbol[] | SymbolInformation[] => {
    const about = asked(session, uri);
    if (about === undefined) return [];
    const { encoding, client } = session;
    const range = (span: OutlineItem['span']) => rangeOf(about.text, span, encoding);
    const nested = (item: OutlineItem): DocumentSymbol => ({
      name: item.name,
      detail: item.detail,
      kind: SYMBOL_KINDS[item.role],
      range: range(item.span),
      selectionRange: range(item.header),
      children: item.children.map(nested),
    });
    const outline = outlineOf(about.tree);
    if (client.hierarchicalSymbols) return outline.map(nested);
    const flat: SymbolInformation[] = [];
    const add = (items: readonly OutlineItem[], containerName: string | undefined) => {
      for (const item of items) {
        const { name, role, span, children } = item;
        const symbol: SymbolInformation = { name, kind: SYMBOL_KINDS[role], location: { uri, range: range(span) } };
        flat.push(containerName === undefined ? symbol : { ...symbol, containerName });
        add(children, name);
      }
    };
    add(outline, undefined);
    return flat;
  },
);

export const SYMBOL_KINDS: Readonly<Record<OutlineRole, SymbolKind>> = {
  machine: SymbolKind.Module,
  controller: SymbolKind.Interface,
  bridge: SymbolKind.Namespace,
  function: SymbolKind.Object,
  type: SymbolKind.Class,
  request: SymbolKind.Method,
  scenario: SymbolKind.Function,
  step: SymbolKind.Event,
  other: SymbolKind.Property,
};
