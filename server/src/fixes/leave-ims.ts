import { nameOf } from '../rules/nodes.ts';
import { propertyIn, removeStatement } from '../syntax/edits.ts';
import { assignmentAt } from './assignments.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

export const leaveIms: Fix = {
  id: 'leave-ims',
  rules: ['ims-in-guest-without-hypercall', 'ims-not-in-kernel'],
  safety: 'review',
  doc: 'Leaves a guest with MSI-X alone, which its VMM can trap.',
  *propose(finding, context) {
    const found = assignmentAt(finding, context);
    const block = found && blockOf(context, found.assignment.decl);
    const property = block && propertyIn(block, 'ims');
    if (found === undefined || property === undefined) return;
    yield {
      title: `Leave the message storage of ${nameOf(found.assignment.node)} alone (the guest has its MSI-X)`,
      edits: removeStatement(context.tree, property),
    };
  },
};
