import { replaceSpan } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, freshName, namesIn } from './places.ts';

export const useGicv3: Fix = {
  id: 'use-gicv3',
  rules: ['v2m-spi-exhausted'],
  safety: 'review',
  doc: 'Puts a GICv3 with an ITS in place of a GICv2m, as `gic-version=3` does: thousands of LPIs instead of some SPIs.',
  *propose(_, context) {
    const [controller, ...others] = context.machine.controllers;
    const block = controller?.type === 'gicv2m' && others.length === 0 ? blockOf(context, controller.decl) : undefined;
    if (block === undefined) return;
    const { name, span } = block.node;
    const written =
      name === undefined ? '' : ` ${context.tree.text.slice(block.start + name.span.from, block.start + name.span.to)}`;
    const its = freshName(namesIn(context), 'its0');
    const text = `interrupt-controller${written} : gicv3 { its ${its} }`;
    yield { title: 'Use a GICv3 with an ITS (`gic-version=3`)', edits: [replaceSpan(block, span, text)] };
  },
};
