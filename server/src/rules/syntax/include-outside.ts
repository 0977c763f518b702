import type { Rule } from '../rule.ts';

export const includeOutside: Rule = {
  id: 'include-outside',
  severity: 'error',
  title: 'an include that cannot be followed',
  checks:
    'An included file is named relative to its includer and stays below the workspace folder. Loops, absolute paths, paths that climb out and files that cannot be read are errors at the path.',
  why: 'The part of the machine in that file is unknown, so sums over functions, buses and LPIs would be too small. The rest is checked.',
  remedy: 'Correct the path, or move the file below the workspace folder.',
  sources: ['The language: docs/language.md, "Names and arrays"'],
};
