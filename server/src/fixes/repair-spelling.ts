import type { Fix } from './fix.ts';
import { replaceBy } from './replacement.ts';

export const repairSpelling: Fix = {
  id: 'repair-spelling',
  rules: ['unresolved-reference', 'unknown-property', 'syntax-unexpected-token', 'wrong-kind-of-reference'],
  safety: 'safe',
  doc: 'Puts the nearest known name, kind, type or property in place of a misspelt one.',
  propose: (finding, context) => replaceBy(finding, context, (was, becomes) => `Change ${was} to ${becomes}`),
};
