import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

export const setMultifunction: Fix = {
  id: 'set-multifunction',
  rules: ['multifunction-flag-missing'],
  safety: 'safe',
  doc: 'Sets the multifunction bit on function 0 of a device that has further functions.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    if (block === undefined) return;
    yield {
      title: `Set multifunction on ${decl?.name ?? 'function 0'}`,
      edits: setProperty(context.tree, block, 'multifunction', 'true'),
    };
  },
};
