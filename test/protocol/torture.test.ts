import { describe, expect, it } from 'vitest';
import { type Answer, startClient } from './client.ts';
import { applied, positionAt, random, SHARED_BRIDGE } from './texts.ts';

const STEPS = 300;
const PIECES = [
  '{',
  '}',
  '\n',
  'endpoint x',
  ' = ',
  '"',
  '/*',
  '*/',
  '//',
  '999',
  'é',
  '😀',
  '\r\n',
  '\r',
  '[',
  ']',
  ':',
  '',
];
const METHODS = [
  'hover',
  'completion',
  'definition',
  'references',
  'documentHighlight',
  'documentSymbol',
  'codeAction',
  'foldingRange',
  'semanticTokens/full',
  'formatting',
  'diagnostic',
  'prepareRename',
];
/** Cancelled, ContentModified, ServerCancelled: what a request may end with whose text has changed. */
const ENDINGS = [-32800, -32801, -32802];

describe('edits and requests in any order', () => {
  it.each([1, 2, 3])('end as with a fresh server (seed %i)', async (seed) => {
    const below = random(seed);
    const uri = 'file:///torture.irqtopo';
    const client = await startClient();
    let text = SHARED_BRIDGE;
    let version = 1;
    client.open(uri, text);
    const asked: Promise<Answer>[] = [];
    for (let step = 0; step < STEPS; step++) {
      if (below(3) > 0) {
        const from = below(text.length + 1);
        const to = Math.min(text.length, from + (below(4) === 0 ? below(40) : 0));
        const range = { start: positionAt(text, from), end: positionAt(text, to) };
        const newText = PIECES[below(PIECES.length)] ?? '';
        client.change(uri, ++version, [{ range, text: newText }]);
        text = applied(text, [{ range, newText }]);
      } else {
        const request = client.request(`textDocument/${METHODS[below(METHODS.length)]}`, {
          textDocument: { uri },
          position: positionAt(text, below(text.length + 1)),
          range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } },
          context: { diagnostics: [], includeDeclaration: true },
          options: { tabSize: 2, insertSpaces: true },
        });
        if (below(4) === 0) client.notify('$/cancelRequest', { id: request.id });
        // Now and then what was asked is waited for, so that there are answers, too, and not refusals only.
        if (below(4) === 0) await request;
        asked.push(request);
      }
    }
    const errors = (await Promise.all(asked)).flatMap(({ error }) => (error === undefined ? [] : [error]));
    expect(errors.filter(({ code }) => !ENDINGS.includes(code))).toEqual([]);

    const end = await client.diagnostics(uri, version);
    const fresh = await startClient();
    fresh.open(uri, text);
    const expected = await fresh.diagnostics(uri, 1);
    expect(end.diagnostics).toEqual(expected.diagnostics);
    for (const server of [client, fresh]) await server.stop();
  });
});
