import { isLineEnd, lineStartOf } from '../syntax/layout.ts';
import type { Fix } from './fix.ts';

export const removeIgnore: Fix = {
  id: 'remove-ignore',
  rules: ['ignore-unused'],
  safety: 'safe',
  doc: 'Takes out an irqtopo-ignore comment that silences nothing.',
  *propose(finding, context) {
    const { uri, span } = context.locate(finding.at);
    if (uri !== context.uri) return;
    const { text } = context.tree;
    const start = lineStartOf(text, span.from);
    const alone = text.slice(start, span.from).trim() === '';
    let to = span.to;
    while (alone && to < text.length && !isLineEnd(text[to - 1])) to++;
    if (alone && text[to - 1] === '\r' && text[to] === '\n') to++;
    yield { title: 'Remove the comment', edits: [{ from: alone ? start : span.from, to, text: '' }] };
  },
};
