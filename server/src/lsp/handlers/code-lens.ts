import { type CodeLens, CodeLensRequest, type Command } from 'vscode-languageserver';
import { testLensesIn } from '../../ide/code-lenses.ts';
import { asked } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const codeLens = request(
  CodeLensRequest.type,
  null,
  async ({ textDocument: { uri } }, session): Promise<CodeLens[] | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const analysis = await session.workspace.analysis(uri);
    if (analysis === undefined) return null;
    const { runTestCommand } = session.client;
    return testLensesIn(analysis).flatMap(({ span, test, result, left }): CodeLens[] => {
      const range = rangeOf(about.text, span, session.encoding);
      const run: readonly Command[] =
        runTestCommand === undefined ? [] : [{ title: '▶ Run', command: runTestCommand, arguments: [uri, test] }];
      // A command without a name is a text that cannot be clicked.
      const told = [result, left].flatMap((title) => (title === undefined ? [] : [{ title, command: '' }]));
      return [...run, ...told].map((command) => ({ range, command }));
    });
  },
);
