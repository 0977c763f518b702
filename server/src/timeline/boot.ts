/** Power on: the scan, then ports and bridges, then endpoints (../pci/boot-order.ts has the order). */
import type { Effect } from '../controllers/effect.ts';
import { bootOrder } from '../pci/boot-order.ts';
import { enumerateAtBoot } from '../pci/enumeration.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { type Reach, reachOf, type ServedIn, servedAlike, startsAlike } from './boot-inputs.ts';
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
 * A boot as it went. Whoever is served is served from what those before have left, so a later boot that begins alike can
 * go on where the two part.
 */
export interface BootTrace extends ServedIn {
  /** Everybody who is served, in order: ports first. */
  readonly order: readonly FunctionIndex[];
  /** Number of ports and bridges in `order`. */
  readonly ports: number;
  /** The first before anybody is served, then every {@link checkpointEvery}, then one at the end. */
  readonly checkpoints: readonly Checkpoint[];
  readonly calls: readonly Call[];
  readonly effects: readonly Effect[];
  /** Of as many of the order as were compared with an earlier boot. */
  readonly reaches: readonly Reach[];
}

/** A moment between two functions. */
interface Checkpoint {
  /** How many of the order have been served. */
  readonly served: number;
  readonly state: MachineState;
  /** How many calls were made, and effects had, until then. */
  readonly calls: number;
  readonly effects: number;
}

/** Everything up to the end of the last probe. */
export function boot(topology: Topology, log: StepLog): MachineState {
  return bootAfter(undefined, topology, log).state;
}

/**
 * {@link boot}, and how it went.
 * @param previous an earlier boot: what comes before the first difference is taken from it
 */
export function bootAfter(
  previous: BootTrace | undefined,
  topology: Topology,
  log: StepLog,
): { readonly state: MachineState; readonly trace: BootTrace } {
  const off = initialState(topology);
  const start = { ...off, enumeration: enumerateAtBoot(topology, presentIn(off)) };
  log.pause();
  const { ports, endpoints } = bootOrder(topology, start.enumeration);
  const order = ports.concat(endpoints);
  const reaches: Reach[] = [];
  const checkpoints = commonBeginning(start, order, ports.length, reaches, previous, log);
  const last = checkpoints.at(-1);
  let state = scratchState(last?.state ?? start);
  for (let served = last?.served ?? 0; served < order.length; served++) {
    const fn = order[served];
    if (fn === undefined) continue;
    if (served % checkpointEvery === 0) checkpoints.push(checkpoint(served, state, log));
    if (served % pauseEvery === 0) log.pause();
    state = served < ports.length ? bindBridge(state, fn, log) : probe(state, fn, log);
  }
  const end = checkpoint(order.length, state, log);
  checkpoints.push(end);
  const { calls, effects } = log;
  const { enumeration } = start;
  const trace = { topology, enumeration, order, ports: ports.length, checkpoints, calls, effects, reaches };
  return { state: end.state, trace };
}

function checkpoint(served: number, state: MachineState, log: StepLog): Checkpoint {
  return { served, state: frozenState(state), calls: log.calls.length, effects: log.effects.length };
}

/**
 * The checkpoints of the earlier boot that this one passes through as well. Logs what happened until the last of them, and
 * notes what was found of functions in `reaches`.
 */
function commonBeginning(
  start: MachineState,
  order: readonly FunctionIndex[],
  ports: number,
  reaches: Reach[],
  previous: BootTrace | undefined,
  log: StepLog,
): Checkpoint[] {
  if (previous === undefined || !startsAlike(previous.topology.machine, start.topology.machine)) return [];
  const { topology, enumeration } = start;
  let alike = 0;
  const most = Math.min(order.length, previous.order.length);
  while (alike < most && alike < ports === alike < previous.ports) {
    const fn = order[alike];
    if (fn === undefined || fn !== previous.order[alike]) break;
    const reach = reachOf(start, fn);
    const before = previous.reaches[alike] ?? reachOf(previous, fn);
    if (!servedAlike(previous.topology, topology, fn, before, reach)) break;
    reaches.push(reach);
    alike++;
  }
  const common: Checkpoint[] = [];
  for (const { served, state, calls, effects } of previous.checkpoints) {
    if (served > alike) break;
    common.push({ served, state: { ...state, topology, enumeration }, calls, effects });
  }
  const last = common.at(-1);
  for (const call of previous.calls.slice(0, last?.calls ?? 0)) log.calls.push(call);
  for (const effect of previous.effects.slice(0, last?.effects ?? 0)) log.effects.push(effect);
  return common;
}
