import type { Rule } from '../rule.ts';

export const ignoreUnused: Rule = {
  id: 'ignore-unused',
  severity: 'warning',
  title: 'an ignore comment that silences nothing',
  checks:
    '`// irqtopo-ignore RULE: reason` silences a rule on the next statement; one that has nothing to silence is reported.',
  why: 'A stale ignore hides the finding when it comes back. The reason that once justified it may not hold any more.',
  remedy: 'Remove the comment; the quick-fix does.',
  sources: ['The language: docs/language.md, "Grammar"'],
};
