/** Power on: the scan, then ports and bridges, then endpoints (../pci/boot-order.ts has the order). */
import { IntMap } from '../base/int-map.ts';
import { bootOrder } from '../pci/boot-order.ts';
import { type Enumeration, enumerateAtBoot } from '../pci/enumeration.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { type ServedIn, servedAlike, startsAlike } from './boot-inputs.ts';
import { newLog, type StepLog } from './log.ts';
import { bindBridge } from './ports.ts';
import { probe } from './probe.ts';
import { type FunctionState, frozenState, initialState, type MachineState, presentIn, scratchState } from './state.ts';
import { type Turn, type Turns, takeTurns, turnOf } from './turn.ts';

/** Functions handled between two chances to give up. */
const pauseEvery = 256;
/** Functions between two checkpoints: what an edit may cost beyond what it changes. */
const checkpointEvery = 64;

/**
 * A boot as it went. Whoever is served is served from what those before have left, so a later boot that begins alike can go on
 * where the two part; and from there on a function about which nothing is different can be given what it had.
 */
export interface BootTrace extends ServedIn, Turns {
  /** Everybody who is served, in order: ports first. */
  readonly order: readonly FunctionIndex[];
  /** Number of ports and bridges in `order`. */
  readonly ports: number;
  /** The first before anybody is served, then every {@link checkpointEvery}; but for their table of functions, which turns tell. */
  readonly checkpoints: readonly MachineState[];
  readonly end: MachineState;
}

/** Everything up to the end of the last probe. */
export function boot(topology: Topology, log: StepLog): MachineState {
  const { turns, end } = bootAfter(undefined, topology, log.pause);
  // First served now, so nothing has moved.
  for (const { calls, effects } of turns) {
    for (const call of calls) log.calls.push(call);
    for (const effect of effects) log.effects.push(effect);
  }
  return end;
}

/**
 * {@link boot}, and how it went.
 * @param previous an earlier boot: what did not change is taken from it
 */
export function bootAfter(
  previous: BootTrace | undefined,
  topology: Topology,
  pause: () => void = () => undefined,
): BootTrace {
  const off = initialState(topology);
  const start = { ...off, enumeration: enumerationOf(off, previous) };
  const { enumeration } = start;
  pause();
  const { ports, endpoints } = bootOrder(topology, enumeration);
  const order = ports.concat(endpoints);
  const earlier = previous === undefined ? undefined : earlierBoot(previous, start, order, ports.length);
  const { turns, shifts, checkpoints } = commonBeginning(earlier, start);
  // A tree that is built alike has the same functions, so their table can be the earlier one: who is served anew is put out first.
  const isHeld = earlier?.boot.topology.shape === topology.shape;
  const functions = isHeld ? earlier.boot.end.functions : functionsAfter(turns);
  let state = scratchState({ ...(checkpoints.at(-1) ?? start), functions });
  while (turns.length < order.length) {
    if (turns.length === checkpoints.length * checkpointEvery) checkpoints.push(frozenState(state));
    if (turns.length % pauseEvery === 0) pause();
    const next = Math.min(order.length, (Math.floor(turns.length / checkpointEvery) + 1) * checkpointEvery);
    if (earlier) state = takeTurns(state, earlier.boot, next, earlier.isAlike, isHeld, { turns, shifts });
    const fn = order[turns.length];
    if (fn === undefined || turns.length === next) continue;
    const log = newLog(pause);
    if (isHeld) state = { ...state, functions: state.functions.delete(fn) };
    const served = turns.length < ports.length ? bindBridge(state, fn, log) : probe(state, fn, log);
    turns.push(turnOf(fn, state, served, log));
    shifts.push(0);
    state = served;
  }
  return { topology, enumeration, order, ports: ports.length, turns, shifts, checkpoints, end: frozenState(state) };
}

/** The functions as turns have left them. */
function functionsAfter(turns: readonly Turn[]): MachineState['functions'] {
  let functions = IntMap.empty<FunctionState>().draft();
  for (const { fn, own } of turns) if (own !== undefined) functions = functions.set(fn, own);
  return functions.frozen();
}

/** The scan; a tree that is built alike gets the same numbers. */
function enumerationOf(off: MachineState, previous: BootTrace | undefined): Enumeration {
  if (previous !== undefined && previous.topology.shape === off.topology.shape) return previous.enumeration;
  return enumerateAtBoot(off.topology, presentIn(off));
}

/** An earlier boot as far as it is of use to this one. */
interface EarlierBoot {
  readonly boot: BootTrace;
  /** Whether the turn of this number is the same function's, and nothing about that is different. */
  readonly isAlike: (number: number) => boolean;
}

function earlierBoot(
  boot: BootTrace,
  start: MachineState,
  order: readonly FunctionIndex[],
  ports: number,
): EarlierBoot | undefined {
  if (!startsAlike(boot.topology.machine, start.topology.machine)) return undefined;
  const isAlike = (number: number): boolean => {
    const [fn, turn] = [order[number], boot.turns[number]];
    if (fn === undefined || turn?.fn !== fn || number < ports !== number < boot.ports) return false;
    return servedAlike(boot, start, fn, turn.requester?.aliasBridge);
  };
  return { boot, isAlike };
}

/** The turns up to the last checkpoint of the earlier boot that this one passes through as well. */
function commonBeginning(
  earlier: EarlierBoot | undefined,
  { topology, enumeration }: MachineState,
): { turns: Turn[]; shifts: number[]; checkpoints: MachineState[] } {
  if (earlier === undefined) return { turns: [], shifts: [], checkpoints: [] };
  const { boot, isAlike } = earlier;
  let alike = 0;
  while (alike < boot.turns.length && isAlike(alike)) alike++;
  const last = Math.min(Math.floor(alike / checkpointEvery), boot.checkpoints.length - 1);
  const checkpoints = boot.checkpoints.slice(0, last + 1).map((state) => ({ ...state, topology, enumeration }));
  const served = Math.max(0, last) * checkpointEvery;
  return { turns: boot.turns.slice(0, served), shifts: boot.shifts.slice(0, served), checkpoints };
}
