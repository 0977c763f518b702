import type { Rule } from '../rule.ts';

export const indexOutOfRange: Rule = {
  id: 'index-out-of-range',
  severity: 'error',
  title: 'an index past the end of an array',
  checks:
    'An array of n elements has the indexes 0 to n − 1, and a pairing such as `assign v` inside `vm g[20]` needs an element for each.',
  why: 'There is no such function on the machine, so nothing can be plugged, asserted or assigned.',
  remedy: 'Use an index within the array, or make the array longer.',
  sources: ['The language: docs/language.md, "Names and arrays"'],
};
