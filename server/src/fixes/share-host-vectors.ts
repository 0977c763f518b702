import { size } from '../base/intervals.ts';
import { afterBoot } from '../rules/headroom.ts';
import { nameOf } from '../rules/nodes.ts';
import { setProperty } from '../syntax/edits.ts';
import { guestsOf } from '../timeline/guests/assigned.ts';
import { functionState } from '../timeline/state.ts';
import { assignmentAt, type FoundAssignment } from './assignments.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, fact } from './places.ts';

export const shareHostVectors: Fix = {
  id: 'share-host-vectors',
  rules: ['vfio-host-vector-loss'],
  safety: 'review',
  doc: 'Lets a guest’s driver use fewer entries of an assigned function: as many as the host has vectors for.',
  *propose(finding, context) {
    const found = assignmentAt(finding, context);
    const block = found && blockOf(context, found.assignment.decl);
    if (found === undefined || block === undefined) return;
    const { node, entries } = found.assignment;
    const now = entries ?? node.capabilities.msix;
    let isFirst = true;
    for (const fewer of [...new Set(amounts(context, found, fact(finding, 'entry') ?? now))].sort((a, b) => b - a)) {
      if (fewer < 1 || fewer >= now) continue;
      yield {
        title: `Use ${fewer} ${fewer === 1 ? 'entry' : 'entries'} of ${nameOf(node)} in the guest instead of ${now}`,
        edits: setProperty(context.tree, block, 'entries', `${fewer}`),
        otherwise: !isFirst,
      };
      isFirst = false;
    }
  },
};

/** Those before the one that failed; an equal share of what all guests of the assignment have now; and less and less. */
function* amounts(context: FixContext, { assignment }: FoundAssignment, failed: number): Iterable<number> {
  const state = afterBoot(context);
  let functions = 0;
  let handlers = 0;
  for (const guest of guestsOf(context.topology)) {
    for (const assigned of guest.functions) {
      if (assigned.assignment !== assignment) continue;
      functions += 1;
      handlers += size(functionState(state, assigned.fn).handlers);
    }
  }
  const share = functions === 0 ? 0 : Math.floor(handlers / functions);
  yield failed;
  yield share;
  for (let half = Math.floor(Math.max(share, failed) / 2); half >= 1; half = Math.floor(half / 2)) yield half;
}
