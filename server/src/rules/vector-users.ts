/** Who has the vectors of a machine: related places of findings about what runs out, and where fixes look. */
import type { PciNode } from '../model/machine.ts';
import { countVectors, functionState, type MachineState, requestedVectors } from '../timeline/state.ts';
import type { Related } from './rule.ts';
import { counted } from './words.ts';

/** Users shown with a finding. */
const USERS_SHOWN = 4;

/** A declaration with what all its elements hold. */
export interface VectorUser {
  readonly node: PciNode;
  readonly name: string;
  readonly elements: number;
  /** Vectors granted: each has an entry where there is remapping. */
  readonly vectors: number;
  /** Vectors with a handler: each is in use on some CPU. */
  readonly handlers: number;
}

const usersIn = new WeakMap<MachineState, readonly VectorUser[]>();

/** Declarations with message interrupts, those with most vectors first. */
export function vectorUsers(state: MachineState): readonly VectorUser[] {
  const known = usersIn.get(state);
  if (known) return known;
  const users: VectorUser[] = [];
  for (const [node, elements] of state.topology.byNode) {
    let vectors = 0;
    let handlers = 0;
    for (const fn of elements) {
      const own = functionState(state, fn);
      if (own.mode !== 'msi' && own.mode !== 'msix') continue;
      vectors += countVectors(own.vectors);
      handlers += requestedVectors(own);
    }
    if (vectors > 0)
      users.push({ node, name: node.name ?? node.type ?? node.kind, elements: elements.length, vectors, handlers });
  }
  users.sort((a, b) => b.vectors - a.vectors);
  usersIn.set(state, users);
  return users;
}

type Measure = 'vectors' | 'handlers';

const biggestIn = new WeakMap<MachineState, Map<Measure, readonly VectorUser[]>>();

/** One more than a finding shows: it leaves out the user it is about. Kept, as a shortage may have a finding per function. */
function biggest(state: MachineState, of: Measure): readonly VectorUser[] {
  const kept = biggestIn.get(state) ?? new Map<Measure, readonly VectorUser[]>();
  biggestIn.set(state, kept);
  let users = kept.get(of);
  if (!users) {
    users = vectorUsers(state)
      .filter((user) => user[of] > 0)
      .sort((a, b) => b[of] - a[of])
      .slice(0, USERS_SHOWN + 1);
    kept.set(of, users);
  }
  return users;
}

/** The biggest users as places, without the one a finding is about. */
export function biggestUsers(state: MachineState, without: PciNode | undefined, of: Measure): Related[] {
  return biggest(state, of)
    .filter((user) => user.node !== without)
    .slice(0, USERS_SHOWN)
    .map(({ node, name, elements, ...user }) => ({
      at: { decl: node.decl, part: 'header' },
      message: `${name}${elements > 1 ? ` (${elements} functions)` : ''} has ${counted(user[of], 'vector')}${of === 'handlers' ? ' in use' : ''}`,
    }));
}
