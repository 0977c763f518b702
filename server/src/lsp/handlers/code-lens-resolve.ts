import { type CodeLens, CodeLensResolveRequest } from 'vscode-languageserver';
import { leftAfter } from '../../ide/code-lenses.ts';
import { request } from '../handler.ts';
import { analysisFor, isText } from '../resolving.ts';
import { unclickable } from './code-lens.ts';

const NOTHING: CodeLens = {
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  command: unclickable(''),
};

/** What is left at the end of the one scenario whose lens is in sight. */
export const codeLensResolve = request(CodeLensResolveRequest.type, NOTHING, (lens, session): CodeLens => {
  const found = analysisFor(session, lens.data, isText);
  return { ...lens, command: unclickable((found && leftAfter(found.analysis, found.of)) ?? '') };
});
