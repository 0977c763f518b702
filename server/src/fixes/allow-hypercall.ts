import { setProperty } from '../syntax/edits.ts';
import { assignmentAt } from './assignments.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

export const allowHypercall: Fix = {
  id: 'allow-hypercall',
  rules: ['ims-in-guest-without-hypercall'],
  safety: 'review',
  doc: 'Gives a VM the hypercall by which its guest asks for address and data pairs.',
  *propose(finding, context) {
    const found = assignmentAt(finding, context);
    const block = found && blockOf(context, found.vm.decl);
    if (block === undefined) return;
    yield {
      title: 'Let the guest ask for address and data pairs (interrupt-hypercall; the platform must have it)',
      edits: setProperty(context.tree, block, 'interrupt-hypercall', 'true'),
    };
  },
};
