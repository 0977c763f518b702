import type { Rule } from '../rule.ts';

export const limitExceeded: Rule = {
  id: 'limit-exceeded',
  severity: 'error',
  title: 'a stated limit of the checker is passed',
  checks:
    'Files, nesting, arrays and functions have limits, so that an accident such as `nic[1000000]` is answered at once.',
  why: 'A PCI segment has 65,536 requester IDs; no machine has more functions in it. What is over a limit is left out, the rest is checked.',
  remedy: 'Stay below the limit that the message names, or spread the functions over segments.',
  sources: ['docs/language.md, "Limits"'],
};
