import type { Rule } from '../rule.ts';

export const missingRequiredField: Rule = {
  id: 'missing-required-field',
  severity: 'error',
  title: 'a property that must be written is not',
  checks:
    'A few properties have no sensible default: the ranges of an `msi-map`, the bus number of an `expander`, the vectors of a `request`, the type of a controller.',
  why: 'The machine cannot be built without them: any value the checker made up would decide the answer.',
  remedy: 'The quick-fix inserts the property with a value to be completed.',
  sources: ['docs/reference.md'],
};
