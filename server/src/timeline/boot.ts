/** Power on: the scan, then ports and bridges, then endpoints (../pci/boot-order.ts has the order). */
import type { Effect } from '../controllers/effect.ts';
import { bootOrder } from '../pci/boot-order.ts';
import { type Enumeration, enumerateAtBoot } from '../pci/enumeration.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { again, type EarlierTurn } from './again.ts';
import { type ServedIn, servedAlike, startsAlike } from './boot-inputs.ts';
import type { StepLog } from './log.ts';
import { bindBridge } from './ports.ts';
import { probe } from './probe.ts';
import type { Call } from './run.ts';
import { frozenState, initialState, type MachineState, presentIn, scratchState } from './state.ts';

/** Functions handled between two chances to give up. */
const pauseEvery = 256;
/** Functions between two checkpoints: what an edit may cost beyond what it changes. */
const checkpointEvery = 64;

/**
 * A boot as it went. Whoever is served is served from what those before have left, so a later boot that begins alike can go on
 * where the two part; and from there on a function about which nothing is different can be given what it had.
 */
export interface BootTrace extends ServedIn {
  /** Everybody who is served, in order: ports first. */
  readonly order: readonly FunctionIndex[];
  /** Number of ports and bridges in `order`. */
  readonly ports: number;
  /** When each one's turn came. */
  readonly turns: readonly Turn[];
  /** The first before anybody is served, then every {@link checkpointEvery}. */
  readonly checkpoints: readonly MachineState[];
  readonly end: MachineState;
  readonly calls: readonly Call[];
  readonly effects: readonly Effect[];
}

/** The moment before a function is served. */
interface Turn {
  /** Its tables go on changing: only what is not in them is of this moment. */
  readonly state: MachineState;
  /** How many calls were made, and effects had, until then. */
  readonly calls: number;
  readonly effects: number;
}

/** Everything up to the end of the last probe. */
export function boot(topology: Topology, log: StepLog): MachineState {
  return bootAfter(undefined, topology, log).end;
}

/**
 * {@link boot}, and how it went.
 * @param previous an earlier boot: what did not change is taken from it
 */
export function bootAfter(previous: BootTrace | undefined, topology: Topology, log: StepLog): BootTrace {
  const off = initialState(topology);
  const start = { ...off, enumeration: enumerationOf(off, previous) };
  const { enumeration } = start;
  log.pause();
  const { ports, endpoints } = bootOrder(topology, enumeration);
  const order = ports.concat(endpoints);
  const earlier = previous === undefined ? undefined : earlierTurns(previous, start, order, ports.length);
  const { turns, checkpoints } = commonBeginning(earlier, start, log);
  let state = scratchState(checkpoints.at(-1) ?? start);
  for (let served = turns.length; served < order.length; served++) {
    const fn = order[served];
    if (fn === undefined) continue;
    if (served % checkpointEvery === 0) checkpoints.push(frozenState(state));
    if (served % pauseEvery === 0) log.pause();
    turns.push({ state, calls: log.calls.length, effects: log.effects.length });
    const turn = earlier?.turnOf(served);
    const repeated = turn === undefined ? undefined : again(state, turn, log);
    state = repeated ?? (served < ports.length ? bindBridge(state, fn, log) : probe(state, fn, log));
  }
  const end = frozenState(state);
  const { calls, effects } = log;
  return { topology, enumeration, order, ports: ports.length, turns, checkpoints, end, calls, effects };
}

/** The scan; a tree that is built alike gets the same numbers. */
function enumerationOf(off: MachineState, previous: BootTrace | undefined): Enumeration {
  if (previous !== undefined && previous.topology.shape === off.topology.shape) return previous.enumeration;
  return enumerateAtBoot(off.topology, presentIn(off));
}

/** An earlier boot as far as it is of use to this one. */
interface Earlier {
  readonly boot: BootTrace;
  /** How many are served alike before the first that is not. */
  readonly alike: number;
  /** The turn of this number, where it is the same function's and nothing about that is different. */
  readonly turnOf: (served: number) => EarlierTurn | undefined;
}

function earlierTurns(
  boot: BootTrace,
  start: MachineState,
  order: readonly FunctionIndex[],
  ports: number,
): Earlier | undefined {
  if (!startsAlike(boot.topology.machine, start.topology.machine)) return undefined;
  const isAlike = (served: number): boolean => {
    const fn = order[served];
    if (fn === undefined || fn !== boot.order[served] || served < ports !== served < boot.ports) return false;
    return servedAlike(boot, start, fn, aliasBridgeOf(boot, served));
  };
  const turnOf = (served: number): EarlierTurn | undefined => {
    const [fn, turn, next] = [order[served], boot.turns[served], boot.turns[served + 1]];
    if (fn === undefined || turn === undefined || !isAlike(served)) return undefined;
    const calls = boot.calls.slice(turn.calls, next?.calls);
    const effects = boot.effects.slice(turn.effects, next?.effects);
    return { fn, before: turn.state, after: next?.state ?? boot.end, end: boot.end, calls, effects };
  };
  let alike = 0;
  while (alike < order.length && isAlike(alike)) alike++;
  return { boot, alike, turnOf };
}

/** The bridge through which the function signalled whose turn it was. */
function aliasBridgeOf({ turns, calls }: BootTrace, served: number): FunctionIndex | undefined {
  const end = turns[served + 1]?.calls ?? calls.length;
  for (let i = turns[served]?.calls ?? end; i < end; i++) {
    const requester = calls[i]?.requester;
    if (requester !== undefined) return requester.aliasBridge;
  }
  return undefined;
}

/** The turns up to the last checkpoint of the earlier boot that this one passes through as well. Logs what happened until then. */
function commonBeginning(
  earlier: Earlier | undefined,
  { topology, enumeration }: MachineState,
  log: StepLog,
): { turns: Turn[]; checkpoints: MachineState[] } {
  if (earlier === undefined) return { turns: [], checkpoints: [] };
  const { boot, alike } = earlier;
  const common = Math.min(Math.floor(alike / checkpointEvery), boot.checkpoints.length - 1);
  const turns = boot.turns.slice(0, Math.max(0, common * checkpointEvery));
  const checkpoints = boot.checkpoints
    .slice(0, common + 1)
    .map((checkpoint) => ({ ...checkpoint, topology, enumeration }));
  const last = boot.turns[turns.length];
  for (const call of boot.calls.slice(0, last?.calls ?? 0)) log.calls.push(call);
  for (const effect of boot.effects.slice(0, last?.effects ?? 0)) log.effects.push(effect);
  return { turns, checkpoints };
}
