import { type Location, ReferencesRequest } from 'vscode-languageserver';
import { occurrenceAt, occurrencesOf } from '../../ide/names.ts';
import { asked, filesOf, locationOf, offsetIn } from '../asking.ts';
import { request } from '../handler.ts';

export const references = request(
  ReferencesRequest.type,
  null,
  async ({ textDocument: { uri }, position, context }, session): Promise<Location[] | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const files = await filesOf(session, uri, about.tree);
    const here = occurrenceAt(files, uri, offset);
    if (here === undefined) return null;
    const locations: Location[] = [];
    for (const found of occurrencesOf(files, here.of)) {
      if (found.declares && !context.includeDeclaration) continue;
      const location = locationOf(session, found.uri, found.span);
      if (location !== undefined) locations.push(location);
    }
    return locations;
  },
);
