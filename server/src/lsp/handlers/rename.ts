import {
  LSPErrorCodes,
  PrepareRenameRequest,
  type PrepareRenameResult,
  RenameRequest,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { occurrenceAt } from '../../ide/names.ts';
import { renamingAt } from '../../ide/rename.ts';
import { asked, filesOf, offsetIn, protocolEdits } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const prepareRename = request(
  PrepareRenameRequest.type,
  null,
  async ({ textDocument: { uri }, position }, session): Promise<PrepareRenameResult | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const here = occurrenceAt(await filesOf(session, uri, about.tree), uri, offset);
    return here === undefined
      ? null
      : { range: rangeOf(about.text, here.span, session.encoding), placeholder: here.of.name };
  },
);

export const rename = request(
  RenameRequest.type,
  null,
  async ({ textDocument: { uri }, position, newName }, session): Promise<WorkspaceEdit | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const renaming = renamingAt(await filesOf(session, uri, about.tree), uri, offset, newName);
    if (renaming === undefined) return null;
    if (!renaming.ok) throw new ResponseError(LSPErrorCodes.RequestFailed, renaming.reason);
    const changes: Record<string, TextEdit[]> = {};
    for (const [at, edits] of renaming.edits) changes[at] = protocolEdits(session, at, edits);
    return { changes };
  },
);
