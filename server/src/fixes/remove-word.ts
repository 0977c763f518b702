import type { Fix } from './fix.ts';

export const removeWord: Fix = {
  id: 'remove-word',
  rules: ['syntax-unexpected-token', 'index-out-of-range', 'wrong-kind-of-reference'],
  safety: 'review',
  doc: 'Takes out a word, an index or a sign that may not stand where it does.',
  *propose(finding, context) {
    if (finding.replacement !== '') return;
    const { uri, span } = context.locate(finding.at);
    const { text } = context.tree;
    if (uri !== context.uri || span.to <= span.from) return;
    const word = text.slice(span.from, span.to).trim();
    const blank = text[span.from - 1] === ' ' && !/\s/.test(text[span.to - 1] ?? ' ');
    yield { title: `Remove ${word}`, edits: [{ from: blank ? span.from - 1 : span.from, to: span.to, text: '' }] };
  },
};
