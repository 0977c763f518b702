/** Whether something that was plugged in got all it asks for, and if not, what it was short of. */
import type { FunctionIndex } from '../../pci/topology.ts';
import { plug } from '../hotplug.ts';
import { messagesOf, wantedBy } from '../ladder.ts';
import { newLog } from '../log.ts';
import type { Call, StepResult } from '../run.ts';
import { functionState, isFound, type MachineState } from '../state.ts';
import { routesLeft } from './routes.ts';

/** A function that came away with less than it asks for. */
export interface Shortfall {
  readonly fn: FunctionIndex;
  /** Its first call that was granted less than wanted; undefined when the kernel did not find it, or nothing was asked. */
  readonly call: Call | undefined;
  /** Vectors that call could have had: its maximum, as far as the function offers so many. */
  readonly wanted: number;
  /** Messages it ended with. */
  readonly got: number;
  /** It works all the same: its driver is bound, with messages, if fewer than wanted. */
  readonly works: boolean;
}

/** What a step tells of itself. */
export type Told = Pick<StepResult, 'calls' | 'effects' | 'refused'>;

/** What became of a plug. */
export interface Tried {
  /** The machine before, and with it plugged in. */
  readonly before: MachineState;
  readonly after: MachineState;
  readonly log: Told;
  /** Undefined: all that came got all they ask for. */
  readonly short: Shortfall | undefined;
}

/**
 * Plugs functions of one device into a state, function 0 last, as a machine finds them when that comes. The state given
 * stays as it is.
 */
export function tryPlug(before: MachineState, device: readonly FunctionIndex[]): Tried {
  const log = newLog();
  let after = before;
  for (const fn of device) after = plug(after, fn, log);
  return { before, after, log, short: shortfallOf(after, log, device) };
}

/** The first function of a step that was short; `expected`: those that must have been found, whether they call or not. */
export function shortfallOf(after: MachineState, log: Told, expected: readonly FunctionIndex[]): Shortfall | undefined {
  const missing = expected.find((fn) => !isFound(after, fn));
  if (missing !== undefined) return { fn: missing, call: undefined, wanted: 0, got: 0, works: false };
  const ladders = new Map<string, { readonly first: Call; last: Call }>();
  for (const call of log.calls) {
    const key = `${call.fn} ${call.by} ${call.call}`;
    const known = ladders.get(key);
    if (known === undefined) ladders.set(key, { first: call, last: call });
    else known.last = call;
  }
  let short: Shortfall | undefined;
  for (const { first, last } of ladders.values()) {
    const { fn } = first;
    const wanted = wantedOf(after, first);
    const failed = functionState(after, fn).errno !== 'none';
    // A driver that fails at request_irq gives back what it was granted.
    const got = failed ? 0 : messagesOf(last);
    if (got >= wanted && !failed) continue;
    const works = got > 0 && !failed;
    if (short === undefined || (short.works && !works)) short = { fn, call: first, wanted, got, works };
  }
  const refused = log.refused[0];
  if (short === undefined && refused !== undefined) {
    return { fn: refused.fn ?? expected[0] ?? 0, call: undefined, wanted: 0, got: 0, works: false };
  }
  return short ?? routeShortage(after, log);
}

/** The VMM has not as many routes as there are vectors in use: some of them will never fire. */
function routeShortage(after: MachineState, { calls }: Told): Shortfall | undefined {
  const call = calls.find(({ vectors }) => vectors.length > 0);
  const missing = -(routesLeft(after)?.left ?? 0);
  if (call === undefined || missing <= 0) return undefined;
  const wanted = wantedOf(after, call);
  return { fn: call.fn, call, wanted, got: Math.max(0, wanted - missing), works: false };
}

/** Messages that a call could have had; 0 for INTx. */
function wantedOf({ topology }: MachineState, { fn, request, by }: Call): number {
  const capabilities = topology.functions[fn]?.node.capabilities;
  if (capabilities === undefined || (request.mode !== 'msi' && request.mode !== 'msix')) return 0;
  // A port takes what its services need of all there are: it is short when it gets none.
  if (by !== 'driver') return Math.min(1, Math.max(capabilities.msi, capabilities.msix));
  return wantedBy(request, capabilities, topology.machine.possibleCpus);
}
