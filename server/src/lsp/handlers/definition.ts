import { type Definition, type DefinitionLink, DefinitionRequest } from 'vscode-languageserver';
import { definitionAt } from '../../ide/definition.ts';
import { asked, filesOf, offsetIn, rangeIn, targetFilesOf } from '../asking.ts';
import { request } from '../handler.ts';

export const definition = request(
  DefinitionRequest.type,
  null,
  async ({ textDocument: { uri }, position }, session): Promise<Definition | DefinitionLink[] | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const files = await filesOf(session, uri, about.tree);
    const found = definitionAt(
      files,
      uri,
      offset,
      session.workspace.sourcesOf(uri).resolve,
      targetFilesOf(session, uri),
    );
    if (found === undefined) return null;
    // A file that was not read (yet) is opened at its start.
    const start = { line: 0, character: 0 };
    const at = (span: typeof found.span) => rangeIn(session, found.uri, span) ?? { start, end: start };
    if (!session.client.definitionLinks) return { uri: found.uri, range: at(found.selection) };
    const origin = rangeIn(session, uri, found.origin);
    const link: DefinitionLink = {
      targetUri: found.uri,
      targetRange: at(found.span),
      targetSelectionRange: at(found.selection),
    };
    return [origin === undefined ? link : { ...link, originSelectionRange: origin }];
  },
);
