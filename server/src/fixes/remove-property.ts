import { pathAt } from '../syntax/walk.ts';
import type { Fix } from './fix.ts';
import { takeOut } from './moved-text.ts';

export const removeProperty: Fix = {
  id: 'remove-property',
  rules: ['duplicate-property', 'unknown-property', 'msi-map-mask-conflict'],
  safety: 'review',
  doc: 'Takes out a property that has no effect: one that is not known there, or is set already.',
  *propose(finding, context) {
    if (finding.replacement) return;
    const { uri, span } = context.locate(finding.at);
    const statement = pathAt(context.tree, span.from).at(-1);
    if (uri !== context.uri || statement?.node.node !== 'property') return;
    yield { title: `Remove ${statement.node.key.text}`, edits: takeOut(context.tree, [statement]) };
  },
};
