import type { Rule } from '../rule.ts';

export const unknownProperty: Rule = {
  id: 'unknown-property',
  severity: 'warning',
  title: 'a property that the block does not know',
  checks: 'Each kind of block has its properties, some of them for one type only; docs/reference.md lists them.',
  why: 'A property that nothing reads changes nothing. Most of the time it is a misspelt one, and then the default is in force instead of what was written.',
  remedy: 'The quick-fix puts the nearest known property, or removes the line.',
  sources: ['docs/reference.md'],
};
