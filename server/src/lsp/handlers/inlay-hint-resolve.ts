import { type InlayHint, InlayHintResolveRequest, MarkupKind } from 'vscode-languageserver';
import { stepDetailAt } from '../../ide/inlay-hints.ts';
import { request } from '../handler.ts';
import { analysisFor, isNumber } from '../resolving.ts';

const NOTHING: InlayHint = { position: { line: 0, character: 0 }, label: '' };

/** What a step did to each function, for the one hint that somebody points at. */
export const inlayHintResolve = request(InlayHintResolveRequest.type, NOTHING, (hint, session): InlayHint => {
  const found = analysisFor(session, hint.data, isNumber);
  const detail = found && stepDetailAt(found.analysis, found.of);
  return detail === undefined ? hint : { ...hint, tooltip: { kind: MarkupKind.Markdown, value: detail } };
});
