import type { Fix } from './fix.ts';
import { replaceBy } from './replacement.ts';

export const renameDuplicate: Fix = {
  id: 'rename-duplicate',
  rules: ['duplicate-node-id'],
  safety: 'review',
  doc: 'Gives the second of two things with one name a free name. References go on to mean the first.',
  propose: (finding, context) => replaceBy(finding, context, (was, becomes) => `Rename ${was} to ${becomes}`),
};
