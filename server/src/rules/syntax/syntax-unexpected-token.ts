import type { Rule } from '../rule.ts';

export const syntaxUnexpectedToken: Rule = {
  id: 'syntax-unexpected-token',
  severity: 'error',
  title: 'a token stands where it cannot',
  checks:
    'Every token is read against the three productions of the language, and every kind and type against the table of kinds: what may stand here, and what stands here instead.',
  why: 'Nothing fails on the machine yet: the spec says something else than its author thinks, and the part that cannot be read is left out of the analysis. A statement ends with its line, so the damage ends there too.',
  remedy:
    'The message names what may stand in this place. When a word is nearly a known kind or type, the quick-fix puts the known one.',
  sources: ['The language: docs/language.md, "Grammar"'],
};
