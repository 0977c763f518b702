import type { Rule } from '../rule.ts';

export const unresolvedReference: Rule = {
  id: 'unresolved-reference',
  severity: 'error',
  title: 'a name that nothing declares',
  checks:
    'Steps, expectations, `msi-map`, `msi-parent` and `assign` refer to declared names; each must lead to a block of this spec or of a file it includes.',
  why: 'Without its subject the step or map cannot take place, so everything after it would be guesswork. It is skipped and the rest is analysed.',
  remedy: 'Use the nearest declared name, which the quick-fix offers, or declare the block.',
  sources: ['The language: docs/language.md, "Names and arrays"'],
};
