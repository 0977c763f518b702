import { nameOf } from '../rules/nodes.ts';
import { setProperty } from '../syntax/edits.ts';
import { assignmentAt } from './assignments.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

export const allocateUpFront: Fix = {
  id: 'allocate-up-front',
  rules: ['vfio-noresize-gap', 'msix-dynamic-unsupported'],
  safety: 'review',
  doc: 'Lets the host allocate for all of a table when the guest enables it, so that nothing is torn down later.',
  *propose(finding, context) {
    const found = assignmentAt(finding, context);
    const block = found && blockOf(context, found.assignment.decl);
    if (found === undefined || block === undefined) return;
    const { node } = found.assignment;
    yield {
      title: `Allocate all ${node.capabilities.msix} entries of ${nameOf(node)} when the guest enables MSI-X (its VMM must do so)`,
      edits: setProperty(context.tree, block, 'flow', 'allocate-up-front'),
    };
  },
};
