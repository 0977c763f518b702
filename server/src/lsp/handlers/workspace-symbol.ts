import { type SymbolInformation, WorkspaceSymbolRequest } from 'vscode-languageserver';
import { type OutlineItem, outlineOf } from '../../ide/symbols.ts';
import { locationOf } from '../asking.ts';
import { request } from '../handler.ts';
import { SYMBOL_KINDS } from './document-symbol.ts';

/** More than anybody reads through; who wants another one types another letter. */
const SHOWN = 500;

/** Blocks by name, in the open specs and what they include. */
export const workspaceSymbol = request(WorkspaceSymbolRequest.type, [], ({ query }, session): SymbolInformation[] => {
  const { workspace } = session;
  const found: SymbolInformation[] = [];
  const letters = query.toLowerCase();
  const add = (uri: string, items: readonly OutlineItem[], containerName: string) => {
    for (const { name, role, header, children } of items) {
      if (found.length === SHOWN) return;
      const location = isSubsequence(letters, name.toLowerCase()) ? locationOf(session, uri, header) : undefined;
      if (location !== undefined) found.push({ name, kind: SYMBOL_KINDS[role], location, containerName });
      add(uri, children, name);
    }
  };
  for (const uri of [...workspace.uris(), ...workspace.includedUris()]) {
    const tree = workspace.treeOf(uri) ?? workspace.includedTree(uri);
    if (tree !== undefined) add(uri, outlineOf(tree), uri.slice(uri.lastIndexOf('/') + 1));
  }
  return found;
});

/** Whether the letters stand in the name in this order: how clients expect a query to match. */
function isSubsequence(letters: string, name: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
