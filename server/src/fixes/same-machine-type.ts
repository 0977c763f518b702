import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

export const sameMachineType: Fix = {
  id: 'same-machine-type',
  rules: ['migration-machine-differs'],
  safety: 'review',
  doc: 'Gives this machine the type of the machine that it migrates to.',
  *propose({ facts }, context) {
    const { decl } = context.machine;
    const block = decl && blockOf(context, decl);
    if (block === undefined || facts?.what !== 'machine-type' || typeof facts.there !== 'string') return;
    yield {
      title: `Use the other end’s machine type, ${facts.there}, here, too`,
      edits: setProperty(context.tree, block, 'machine-type', facts.there),
    };
  },
};
