import { propertyIn, removeStatement } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { dropPart } from './moved-text.ts';
import { blockOf, declOf } from './places.ts';

export const takeFreeEntry: Fix = {
  id: 'take-free-entry',
  rules: ['msix-index-in-use'],
  safety: 'review',
  doc: 'Allocates the lowest free entry instead of one that is taken.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const index = block && propertyIn(block, 'index');
    if (block === undefined || index === undefined) return;
    const { braces, body } = block.node;
    const isAlone = braces !== undefined && body?.statements.length === 1;
    const edits = isAlone ? [dropPart(context.tree, block, braces)] : removeStatement(context.tree, index);
    yield { title: 'Take the lowest entry that is free', edits };
  },
};
