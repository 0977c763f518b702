import { propertyIn } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { takeOut } from './moved-text.ts';
import { blockOf, declOf } from './places.ts';

export const firstEntries: Fix = {
  id: 'first-entries',
  rules: ['spapr-msix-gap'],
  safety: 'review',
  doc: 'Takes the first entries of an MSI-X table in place of chosen ones.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const entries = block && propertyIn(block, 'entries');
    if (entries === undefined) return;
    yield { title: 'Take the first entries of the table, 0, 1, 2 …', edits: takeOut(context.tree, [entries]) };
  },
};
