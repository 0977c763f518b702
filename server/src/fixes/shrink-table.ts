import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { PciNode } from '../model/machine.ts';
import { afterBoot } from '../rules/headroom.ts';
import type { Finding } from '../rules/rule.ts';
import { counted } from '../rules/words.ts';
import { setProperty } from '../syntax/edits.ts';
import { functionState, grantedVectors } from '../timeline/state.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { blockOf, declOf, functionsOf, nodeOf } from './places.ts';

export const shrinkTable: Fix = {
  id: 'shrink-table',
  rules: ['lpi-overreserved-table-sized', 'lpi-pool-exhausted', 'lpi-block-halved'],
  safety: 'review',
  doc: 'Makes an MSI-X table as long as what its driver takes of it, for Linux 6.12 and later reserve LPIs for the whole table.',
  *propose(finding, context) {
    for (const node of candidates(finding, context)) {
      const proposal = shrunk(context, node);
      if (proposal) yield proposal;
    }
  },
};

/** Whose tables might be too long: the victim's, or those of the biggest users. */
function candidates(finding: Finding, context: FixContext): ReadonlySet<PciNode> {
  const own = functionsOf(finding, context).map(({ node }) => node);
  const users = (finding.related ?? []).flatMap(({ at }) => ('decl' in at ? (nodeOf(context, at.decl) ?? []) : []));
  return new Set(declOf(finding) && finding.rule === 'lpi-overreserved-table-sized' ? own : [...users, ...own]);
}

function shrunk(context: FixContext, node: PciNode): Proposal | undefined {
  const block = blockOf(context, node.decl);
  const state = afterBoot(context);
  const elements = context.topology.byNode.get(node) ?? [];
  const used = Math.max(0, ...elements.map((fn) => grantedVectors(functionState(state, fn))));
  const { msix } = node.capabilities;
  const saved = elements.length * (roundUpToPowerOfTwo(msix) - roundUpToPowerOfTwo(used));
  if (block === undefined || used === 0 || saved <= 0) return undefined;
  return {
    title: `Give ${node.name ?? node.type ?? 'the function'} a table of ${used} instead of ${msix} (${counted(saved, 'LPI')} fewer)`,
    edits: setProperty(context.tree, block, 'msix', `${used}`),
  };
}
