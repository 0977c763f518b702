/** What still fits: the declared hot-plug candidates, plugged one after the other into the machine as it is after boot. */
import type { PciNode } from '../model/machine.ts';
import { placeAllSpares } from '../pci/slots.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import { tryPlug } from '../timeline/capacity/shortfall.ts';
import { type Stop, stopOf } from '../timeline/capacity/stop.ts';
import type { Call } from '../timeline/run.ts';
import { isPresent, type MachineState, presentIn } from '../timeline/state.ts';
import type { RuleContext } from './context.ts';
import { at } from './sharing.ts';

/** The candidates whose messages come out under one alias, or under none. */
export interface Headroom {
  /** The bridge whose alias they share; undefined: each signals for itself. */
  readonly bridge: PciFunction | undefined;
  /** How many of the candidates got all they ask for before one did not. */
  readonly fit: number;
  readonly asked: number;
  /** The first that did not; undefined when all fit. */
  readonly short: Short | undefined;
}

/** A candidate that got less than it asks for. */
export interface Short {
  readonly fn: PciFunction;
  /** Its first call that was granted less than wanted. */
  readonly call: Call;
  readonly wanted: number;
  /** Messages it ended with. */
  readonly got: number;
  /** The machine at the moment before it was plugged. */
  readonly before: MachineState;
  /** What it found too little of. */
  readonly stop: Stop;
}

const headroomOf = new WeakMap<Topology, readonly Headroom[]>();

/** Headroom for the `hotplug` blocks that have a place, by the alias they come under. */
export function headroom(context: RuleContext): readonly Headroom[] {
  const known = headroomOf.get(context.topology);
  if (known) return known;
  const state = afterBoot(context);
  const groups = new Map<FunctionIndex | undefined, FunctionIndex[]>();
  for (const { index, node, parent } of context.topology.functions) {
    if (!node.hotplug || node.kind === 'vf' || context.machine.unplaced.includes(node)) continue;
    if (parent !== undefined && !isPresent(state, parent)) continue;
    const alias = aliasAbove(context.topology, parent);
    const group = groups.get(alias);
    if (group) group.push(index);
    else groups.set(alias, [index]);
  }
  const found = [...groups].map(([alias, candidates]) => plugAll(context.topology, state, alias, candidates));
  headroomOf.set(context.topology, found);
  return found;
}

/** The uppermost bridge that puts an ID in place of those below it. */
function aliasAbove(topology: Topology, parent: FunctionIndex | undefined): FunctionIndex | undefined {
  let found: FunctionIndex | undefined;
  for (let bridge = parent; bridge !== undefined; bridge = at(topology, bridge).parent) {
    if (at(topology, bridge).node.bridge?.alias !== 'none') found = bridge;
  }
  return found;
}

function plugAll(
  topology: Topology,
  boot: MachineState,
  alias: FunctionIndex | undefined,
  candidates: readonly FunctionIndex[],
): Headroom {
  let state = boot;
  let fit = 0;
  const taken = new Set<string>();
  const bridge = alias === undefined ? undefined : at(topology, alias);
  for (const fn of candidates) {
    const { parent, rootBus, device, function: number } = at(topology, fn);
    const address = `${parent ?? `root ${rootBus}`} ${device}.${number}`;
    if (taken.has(address)) continue;
    taken.add(address);
    const { next, short } = plugOne(state, fn);
    if (short) return { bridge, fit, asked: candidates.length, short };
    state = next;
    fit += 1;
  }
  return { bridge, fit, asked: candidates.length, short: undefined };
}

/** Plugs one function into a state and tells whether it, and what came with it, got all they ask for. */
function plugOne(state: MachineState, fn: FunctionIndex): { readonly next: MachineState; readonly short?: Short } {
  const tried = tryPlug(state, [fn]);
  const { after, short } = tried;
  // What is not found has no bus number, which is another rule's.
  if (short?.call === undefined) return { next: after };
  const { call, wanted, got } = short;
  return {
    next: after,
    short: { fn: at(state.topology, short.fn), call, wanted, got, before: state, stop: stopOf(tried, short) },
  };
}

/** How many elements of a top-level `hotplug endpoint` find a slot, and how many of those all their vectors. */
export interface Placed {
  readonly node: PciNode;
  readonly asked: number;
  readonly placed: number;
  readonly short: Short | undefined;
  /** Elements that got all they ask for. */
  readonly fit: number;
}

/** The top-level hot-plug candidates in file order, each taking the lowest free slot that the ones before have left. */
export function placedCandidates(context: RuleContext): readonly Placed[] {
  const boot = afterBoot(context);
  const { topology, fits } = placeAllSpares(boot.topology, boot.enumeration, presentIn(boot));
  let state: MachineState = { ...boot, topology };
  return fits.map(({ node, placed, unplaced }) => {
    const asked = placed.length + unplaced.length;
    let fit = 0;
    for (const fn of placed) {
      const { next, short } = plugOne(state, fn);
      if (short) return { node, asked, placed: placed.length, short, fit };
      state = next;
      fit += 1;
    }
    return { node, asked, placed: placed.length, short: undefined, fit };
  });
}

/** The machine once it is up. */
export function afterBoot({ boot }: RuleContext): MachineState {
  const last = boot.steps.at(-1);
  if (last === undefined) throw new Error('a run has at least its boot');
  return last.state;
}
