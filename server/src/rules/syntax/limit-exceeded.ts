import type { Rule } from '../rule.ts';

export const limitExceeded: Rule = {
  id: 'limit-exceeded',
  severity: 'error',
  title: 'a stated limit of the checker is passed',
  checks:
    'With limits an accident, such as some zeros too many, is answered at once: 65,536 functions in a segment, 65,536 elements in an array with the arrays around it, 200 blocks and 100 lists inside one another, 1,000 files and 16 Mi characters in a spec.',
  why: 'A PCI segment has 65,536 requester IDs; no machine has more functions in it. What is over a limit is left out, the rest is checked, and the answer still comes while you type.',
  remedy: 'Stay below the limit that the message names, or spread the functions over segments.',
  sources: [
    'PCI Express Base Specification: a requester ID has 16 bits',
    'The language: docs/language.md, "Names and arrays"',
  ],
};
