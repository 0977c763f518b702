/** Functions that get vectors again after they had some: whether they are the same ones. */
import type { Interval } from '../base/intervals.ts';
import { sameFields, sameItems } from '../base/same.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { hwirqsOf } from './hwirqs.ts';
import type { Run } from './run.ts';
import { type FunctionState, functionState, type MachineState } from './state.ts';

/** A function that holds vectors after a step, had others before, and none in between. */
export interface Reinsertion {
  readonly fn: FunctionIndex;
  /** As it held the vectors before, and as it does now. */
  readonly before: Holding;
  readonly now: Holding;
  /** The same numbers at both sides: what the device writes, and what the CPU gets. */
  readonly same: boolean;
}

/** Vectors at both sides, run by run. */
export interface Holding {
  /** What the device writes. */
  readonly messages: readonly Interval[];
  /** What the CPU gets. */
  readonly interrupts: readonly Interval[];
}

const known = new WeakMap<Run, ReadonlyMap<number, readonly Reinsertion[]>>();

/** The reinsertions of a step of a run. */
export function reinsertionsAt(run: Run, step: number): readonly Reinsertion[] {
  const all = known.get(run) ?? reinsertionsIn(run);
  known.set(run, all);
  return all.get(step) ?? [];
}

/** By step. Only who calls for vectors can have any: the calls are walked once. */
function reinsertionsIn({ steps }: Run): ReadonlyMap<number, readonly Reinsertion[]> {
  const found = new Map<number, Reinsertion[]>();
  if (steps.length < 2) return found;
  const held = new Map<FunctionIndex, MachineState>();
  for (const [number, { state, calls }] of steps.entries()) {
    const before = steps[number - 1]?.state;
    // After a migration the functions are another spec's.
    if (before !== undefined && before.topology.machine !== state.topology.machine) held.clear();
    for (const fn of new Set(calls.map((call) => call.fn))) {
      const now = functionState(state, fn);
      if (now.vectors.length === 0) continue;
      const last = held.get(fn);
      held.set(fn, state);
      if (last === undefined || before === undefined || functionState(before, fn).vectors.length > 0) continue;
      const holdings = { before: holdingOf(last, functionState(last, fn)), now: holdingOf(state, now) };
      const same = areSame(functionState(last, fn), now) && isAlike(holdings.before, holdings.now);
      const reinsertion = { fn, ...holdings, same };
      const list = found.get(number);
      if (list) list.push(reinsertion);
      else found.set(number, [reinsertion]);
    }
  }
  return found;
}

function holdingOf(state: MachineState, own: FunctionState): Holding {
  const messages = own.vectors.map(({ data, count }) => ({ first: data, last: data + count - 1 }));
  return { messages, interrupts: hwirqsOf(state, own) };
}

const areSame = (a: FunctionState, b: FunctionState): boolean =>
  a.mode === b.mode &&
  a.requester?.deviceId === b.requester?.deviceId &&
  sameItems(a.vectors, b.vectors, (x, y) => x.index === y.index);

const isAlike = (a: Holding, b: Holding): boolean =>
  sameItems(a.messages, b.messages, sameFields) && sameItems(a.interrupts, b.interrupts, sameFields);
