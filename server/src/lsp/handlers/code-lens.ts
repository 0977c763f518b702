import { type CodeLens, CodeLensRequest } from 'vscode-languageserver';
import { testLensesIn } from '../../ide/code-lenses.ts';
import { analysed } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';
import type { OfText } from '../resolving.ts';

export const codeLens = request(
  CodeLensRequest.type,
  null,
  async ({ textDocument: { uri } }, session): Promise<CodeLens[] | null> => {
    const about = await analysed(session, uri);
    if (about === undefined) return null;
    const { runTestCommand } = session.client;
    return testLensesIn(about.analysis).flatMap(({ span, test, result }): CodeLens[] => {
      const range = rangeOf(about.text, span, session.encoding);
      const run = { title: '▶ Run', command: runTestCommand ?? '', arguments: [uri, test] };
      const data: OfText<string> = { uri, version: about.text.version, of: test };
      return [
        ...(runTestCommand === undefined ? [] : [{ range, command: run }]),
        { range, command: unclickable(result) },
        { range, data },
      ];
    });
  },
);

/** A command without a name is a text that cannot be clicked. */
export const unclickable = (title: string) => ({ title, command: '' });
