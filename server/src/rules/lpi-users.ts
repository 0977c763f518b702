/** Who has the LPIs: related places of findings about the pool. */
import type { RuleContext } from './context.ts';
import { itsStateOf, type Outcome } from './outcomes.ts';
import type { Related } from './rule.ts';
import { at } from './sharing.ts';

/** Users of the pool shown with a finding. */
export const LPI_USERS_SHOWN = 16;

/** A table that reserves LPIs, and whose it is. */
export interface LpiUser {
  readonly name: string;
  readonly lpis: number;
  readonly related: Related;
}

const usersOf = new WeakMap<object, readonly LpiUser[]>();

/** Whose tables reserve LPIs, most first; the same for every victim of one step. */
export function lpiUsers({ topology }: RuleContext, { step, first }: Outcome): readonly LpiUser[] {
  const known = usersOf.get(step);
  if (known) return known;
  const devices = itsStateOf(step.state, first.requester?.controller ?? 0)?.devices ?? [];
  const users = devices
    .flatMap((byId) => [...byId.values()])
    .sort((a, b) => b.lpiCount - a.lpiCount)
    .map(({ createdBy, lpiCount }) => {
      const { node, name } = at(topology, createdBy);
      return {
        name,
        lpis: lpiCount,
        related: { at: { decl: node.decl, part: 'header' }, message: `${name} reserves ${lpiCount} LPIs` },
      } as const;
    });
  usersOf.set(step, users);
  return users;
}
