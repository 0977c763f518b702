import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

export const startLater: Fix = {
  id: 'start-later',
  rules: ['vm-cannot-start'],
  safety: 'review',
  doc: 'Leaves the start of a VM to a step, when its functions are there.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl?.kind === 'vm' ? blockOf(context, decl) : undefined;
    if (decl === undefined || block === undefined) return;
    yield {
      title: `Start ${decl.name ?? 'the VM'} by a step (autostart = false)`,
      edits: setProperty(context.tree, block, 'autostart', 'false'),
    };
  },
};
