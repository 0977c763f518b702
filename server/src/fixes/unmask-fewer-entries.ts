import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf, fact } from './places.ts';

export const unmaskFewerEntries: Fix = {
  id: 'unmask-fewer-entries',
  rules: ['vmm-routes-exceeded'],
  safety: 'review',
  doc: 'Lets a guest unmask fewer entries of the functions it is given: as many as find what they need.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl?.kind === 'assign' ? blockOf(context, decl) : undefined;
    const entries = fact(finding, 'each') ?? 0;
    if (decl === undefined || block === undefined || entries < 1) return;
    yield {
      title: `Let ${finding.facts?.vm ?? 'the guest'} unmask ${entries} ${entries === 1 ? 'entry' : 'entries'} of each ${decl.name ?? 'function'}`,
      edits: setProperty(context.tree, block, 'entries', String(entries)),
    };
  },
};
