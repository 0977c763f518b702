/** Who has the LPIs: related places of findings about the pool. */
import type { FunctionIndex } from '../pci/topology.ts';
import { countVectors, functionState, type MachineState } from '../timeline/state.ts';
import { itsStateOf, type Outcome } from './outcomes.ts';
import type { Related } from './rule.ts';
import { at } from './sharing.ts';
import { counted } from './words.ts';

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
export function lpiUsers({ step, first }: Outcome): readonly LpiUser[] {
  const known = usersOf.get(step);
  if (known) return known;
  const users = holders(step.state, first.requester?.controller ?? 0)
    .sort((a, b) => b.lpis - a.lpis)
    .map(({ fn, lpis, verb }) => {
      const { node, name } = at(step.state.topology, fn);
      return {
        name,
        lpis,
        related: { at: { decl: node.decl, part: 'header' }, message: `${name} ${verb} ${counted(lpis, 'LPI')}` },
      } as const;
    });
  usersOf.set(step, users);
  return users;
}

interface Holder {
  readonly fn: FunctionIndex;
  readonly lpis: number;
  readonly verb: 'reserves' | 'has';
}

/** In a GICv3 a table has its LPIs from the start; in a GICv5 a function has those of its vectors. */
function holders(state: MachineState, controller: number): Holder[] {
  const tables = itsStateOf(state, controller)?.devices ?? [];
  const own = tables.flatMap((byId) =>
    [...byId.values()].map(({ createdBy, lpiCount }): Holder => ({ fn: createdBy, lpis: lpiCount, verb: 'reserves' })),
  );
  const gicv5 = state.controllers[controller];
  if (gicv5?.type !== 'gicv5') return own;
  for (const devices of gicv5.devices) {
    for (const { owner } of devices.values()) {
      const lpis = countVectors(functionState(state, owner).vectors);
      if (lpis > 0) own.push({ fn: owner, lpis, verb: 'has' });
    }
  }
  return own;
}
