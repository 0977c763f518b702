import { MAX_BUS } from '../pci/bus.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf, fact } from './places.ts';

export const freeBusNumber: Fix = {
  id: 'free-bus-number',
  rules: ['duplicate-pxb-bus-nr', 'pxb-bus-range-overflow'],
  safety: 'review',
  doc: 'Gives an expander the next bus number that nobody needs.',
  *propose(finding, context) {
    const overflow = finding.rule === 'pxb-bus-range-overflow';
    const other = finding.related?.[0]?.at;
    const decl = overflow ? (other && 'decl' in other ? other.decl : undefined) : declOf(finding);
    const bus = fact(finding, overflow ? 'raiseTo' : 'free');
    const block = decl?.kind === 'expander' ? blockOf(context, decl) : undefined;
    if (decl === undefined || block === undefined || bus === undefined) return;
    for (let more = 0; bus + more <= MAX_BUS; more = more * 2 + 1) {
      yield {
        title: `Let ${decl.name ?? 'the expander'} begin at bus ${bus + more}`,
        edits: setProperty(context.tree, block, 'bus', `${bus + more}`),
        otherwise: more > 0,
      };
    }
  },
};
