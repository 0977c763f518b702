import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  CompletionRequest,
  InsertTextFormat,
  MarkupKind,
} from 'vscode-languageserver';
import { type Choice, completionsAt } from '../../ide/completion.ts';
import { asked, filesOf, offsetIn, targetFilesOf } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

const NONE: CompletionList = { isIncomplete: false, items: [] };

export const completion = request(
  CompletionRequest.type,
  NONE,
  async ({ textDocument: { uri }, position, context }, session): Promise<CompletionItem[] | CompletionList> => {
    const about = asked(session, uri);
    if (about === undefined) return NONE;
    const offset = offsetIn(session, about.text, position);
    const files = await filesOf(session, uri, about.tree);
    const { span, choices } = completionsAt(
      files,
      uri,
      offset,
      context?.triggerCharacter === ' ',
      targetFilesOf(session, uri),
      session.workspace.lastAnalysis(uri),
    );
    const range = rangeOf(about.text, span, session.encoding);
    const items = choices.map((choice, rank): CompletionItem => {
      const snippet = session.client.snippets ? choice.snippet : undefined;
      const item: CompletionItem = {
        label: choice.label,
        kind: ITEM_KINDS[choice.role],
        // Clients sort by the alphabet unless told otherwise.
        sortText: rank.toString().padStart(5, '0'),
        textEdit: { range, newText: snippet ?? choice.insert },
      };
      if (snippet !== undefined) item.insertTextFormat = InsertTextFormat.Snippet;
      if (choice.detail !== undefined) item.detail = choice.detail;
      if (choice.doc !== undefined) item.documentation = { kind: MarkupKind.Markdown, value: choice.doc };
      return item;
    });
    return { isIncomplete: false, items };
  },
);

const ITEM_KINDS: Readonly<Record<Choice['role'], CompletionItemKind>> = {
  kind: CompletionItemKind.Class,
  property: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  type: CompletionItemKind.TypeParameter,
  name: CompletionItemKind.Reference,
  address: CompletionItemKind.Unit,
  rule: CompletionItemKind.Event,
  keyword: CompletionItemKind.Keyword,
};
