/**
 * What a stock driver asks for is no prediction: it is read from the commands of the step, vector counts and nothing more.
 * Tables, LPIs, events and CPUs are then predicted.
 */
import type { Effect } from '../../server/src/controllers/effect.ts';
import type { FunctionIndex } from '../../server/src/pci/topology.ts';
import { allocateVectors } from '../../server/src/timeline/allocate.ts';
import { freeVectors } from '../../server/src/timeline/free.ts';
import { requestIrqs } from '../../server/src/timeline/request-irq.ts';
import { resolveRequester } from '../../server/src/timeline/requester.ts';
import { changeFunction, countVectors, functionState, isFound } from '../../server/src/timeline/state.ts';
import { type RecordedEffect, recordedEffects } from './commands.ts';
import type { RecordedFunction, RecordedStep } from './record.ts';
import type { Replay } from './replay.ts';
import { driverFor, type StockDriver, stockDriver } from './stock-drivers.ts';

/** One call the commands show: so many vectors allocated, or all given back. */
type Demanded = { readonly call: 'allocate'; readonly vectors: number } | { readonly call: 'free' };

/** The driver binds every function it knows, in the order of the addresses. Gives the predicted effects. */
export function loadStockDriver(replay: Replay, step: RecordedStep): readonly Effect[] {
  const module = step.do.driver ?? '';
  const known = stockDriver(module);
  const effects = recordedEffects(step.observed);
  const targets = [...replay.functions.values()]
    .filter(({ index, source }) => takes(replay, index, source, known, effects))
    .sort((a, b) => address(replay, a.index) - address(replay, b.index));
  if (targets.length === 0 && effects.length > 0) {
    replay.tally.skip(step.n, `no function is known that ${module} binds`, true);
  }
  const predicted: Effect[] = [];
  for (const { index } of targets) {
    const driver = functionState(replay.state, index).driver ?? module;
    replay.state = changeFunction(replay.state, index, { driver });
    const sharers = targets.filter((other) => deviceId(replay, other.index) === deviceId(replay, index)).length;
    predicted.push(...follow(replay, index, known, demands(effects, deviceId(replay, index), sharers)));
  }
  return predicted;
}

/** The same for one function that is bound by hand. */
export function bindStockDriver(
  replay: Replay,
  step: RecordedStep,
  fn: FunctionIndex,
  bound: string,
): readonly Effect[] {
  const source = [...replay.functions.values()].find(({ index }) => index === fn)?.source;
  const driver = source === undefined ? undefined : driverFor(bound, source);
  return follow(replay, fn, driver, demands(recordedEffects(step.observed), deviceId(replay, fn), 1));
}

/** Does what the driver did, and installs handlers as it is known to. */
function follow(
  replay: Replay,
  fn: FunctionIndex,
  driver: StockDriver | undefined,
  calls: readonly Demanded[],
): Effect[] {
  const effects: Effect[] = [];
  const capabilities = replay.state.topology.functions[fn]?.node.capabilities;
  for (const call of calls) {
    if (call.call === 'free') {
      const freed = freeVectors(replay.state, fn);
      replay.state = freed.state;
      effects.push(...freed.effects);
      continue;
    }
    const modes = [(capabilities?.msix ?? 0) > 0 ? 'msix' : 'msi'] as const;
    const affinity = driver?.affinity === undefined || call.vectors < 2 ? {} : { affinity: driver.affinity };
    const request = { modes, min: call.vectors, max: call.vectors, ...affinity };
    const allocation = allocateVectors(replay.state, fn, request);
    replay.state = allocation.state;
    effects.push(...allocation.effects);
  }
  const { vectors } = functionState(replay.state, fn);
  if (driver?.requestsAtProbe && vectors.length > 0) {
    const handled = requestIrqs(replay.state, fn, 0, countVectors(vectors) - 1);
    replay.state = handled.state;
    effects.push(...handled.effects);
  }
  return effects;
}

/** Reads the calls from a DeviceID's commands. Vectors of functions that share it are taken to be divided evenly. */
function demands(effects: readonly RecordedEffect[], device: number | undefined, sharers: number): Demanded[] {
  const calls: Demanded[] = [];
  let mapped = 0;
  let discarded = 0;
  for (const effect of effects) {
    if (effect.mapti === device && device !== undefined) {
      if (discarded > 0 && discarded === mapped) {
        calls.push({ call: 'allocate', vectors: mapped / sharers }, { call: 'free' });
        mapped = 0;
        discarded = 0;
      }
      mapped += count(effect.eventIds ?? effect.eventId);
    }
    if (effect.discard === device && device !== undefined) discarded += count(effect.eventIds ?? effect.eventId);
  }
  if (mapped > 0) calls.push({ call: 'allocate', vectors: Math.floor(mapped / sharers) });
  if (mapped > 0 && discarded === mapped) calls.push({ call: 'free' });
  return calls;
}

/** Events of one command: 5, or "0..31". */
function count(events: unknown): number {
  if (typeof events !== 'string') return 1;
  const [first = 0, last = first] = events.split('..').map(Number);
  return last - first + 1;
}

/** By its model where the driver is known; else whatever the commands are about and no driver has. */
function takes(
  replay: Replay,
  fn: FunctionIndex,
  source: RecordedFunction,
  known: StockDriver | undefined,
  effects: readonly RecordedEffect[],
): boolean {
  if (!isFound(replay.state, fn)) return false;
  const own = functionState(replay.state, fn);
  if (own.mode !== 'none' || own.driver === 'test') return false;
  if (known !== undefined) return source.model !== undefined && known.models.includes(source.model);
  const id = deviceId(replay, fn);
  return source.kind === 'endpoint' && effects.some((effect) => effect.mapti === id);
}

function deviceId(replay: Replay, fn: FunctionIndex): number | undefined {
  const requester = resolveRequester(replay.state, fn);
  return requester.ok ? requester.value.deviceId : undefined;
}

function address(replay: Replay, fn: FunctionIndex): number {
  const requester = resolveRequester(replay.state, fn);
  return requester.ok ? requester.value.requesterId : 0;
}
