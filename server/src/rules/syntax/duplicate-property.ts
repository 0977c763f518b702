import type { Rule } from '../rule.ts';

export const duplicateProperty: Rule = {
  id: 'duplicate-property',
  severity: 'error',
  title: 'a property is set twice in one block',
  checks: 'A property stands once in a block.',
  why: 'Of two values only one can be in force. The first is, as everywhere where order decides in this language; the second would be silently lost.',
  remedy:
    'Remove one of the two. The quick-fix removes the later one, which changes nothing: the first one is in force already.',
  sources: ['The language: docs/language.md, "Names and arrays"'],
};
