/** Related places of findings about a shared table: who took its events, in the order of allocation. */

import type { RuleContext } from '../context.ts';
import { type Outcome, ownersBefore } from '../outcomes.ts';
import type { Related } from '../rule.ts';
import { at } from '../sharing.ts';
import { counted } from '../words.ts';

/** Related places shown for one finding. */
const SHOWN = 16;

export function takersOf({ topology }: RuleContext, outcome: Outcome): readonly Related[] {
  return ownersBefore(outcome, SHOWN).map(({ fn, events }, place) => {
    const { node, name } = at(topology, fn);
    return {
      at: { decl: node.decl, part: 'header' },
      message: `${place === 0 ? 'First ' : 'Then '}${name} took ${counted(events, 'event')}`,
    };
  });
}
