/** Related places of findings about a shared table: who took its events, in the order of allocation. */

import { functionState } from '../../timeline/state.ts';
import { type Outcome, ownersBefore } from '../outcomes.ts';
import type { Related } from '../rule.ts';
import { at } from '../sharing.ts';
import { counted } from '../words.ts';

/** Related places shown for one finding. */
const SHOWN = 16;

export function takersOf(outcome: Outcome): readonly Related[] {
  const { state } = outcome.step;
  const stillThere = ownersBefore(outcome, SHOWN).filter(({ fn }) => functionState(state, fn).vectors.length > 0);
  return stillThere.map(({ fn, events }, place) => {
    const { node, name } = at(state.topology, fn);
    return {
      at: { decl: node.decl, part: 'header' },
      message: `${place === 0 ? 'First ' : 'Then '}${name} took ${counted(events, 'event')}`,
    };
  });
}
