/** /proc/interrupts: which vectors have handlers. The handlers' names are the drivers' own and are not predicted. */
import { has } from '../../server/src/base/intervals.ts';
import { functionState } from '../../server/src/timeline/state.ts';
import { firstVectors, isObject } from './commands.ts';
import type { RecordedStep } from './record.ts';
import { bdf, type Replay } from './replay.ts';

/** Drivers whose handlers are known: those of ports and bridges, and the one the records were made with. */
const knownDrivers = new Set(['pcieport', 'shpchp', 'test']);

/**
 * Every vector listed must be allocated, in the mode listed; and, unless the list is partial, every handler of a driver whose
 * habits are known must be listed.
 */
export function compareHandlers(replay: Replay, step: RecordedStep): void {
  const { tally } = replay;
  const listed = Array.isArray(step.observed.handlers) ? step.observed.handlers.filter(isObject) : [];
  const byAddress = new Map([...replay.functions.values()].map(({ index }) => [bdf(replay.state, index), index]));
  const seen = new Set<string>();
  for (const { bdf: address, mode, index } of listed) {
    const fn = byAddress.get(`0000:${address}`);
    if (fn === undefined || typeof index !== 'number') {
      tally.compare(step.n, `handlers ${address}`, 'a function', 'none');
      continue;
    }
    const own = functionState(replay.state, fn);
    const isKnown = own.driver !== undefined && knownDrivers.has(own.driver);
    const isAllocated = firstVectors(own.vectors, Number.POSITIVE_INFINITY).some(
      ({ run, offset }) => run.index + offset === index,
    );
    const got = isKnown ? has(own.handlers, index) : isAllocated || own.mode === 'intx';
    tally.compare(step.n, `handlers ${address}[${index}]`, true, got);
    if (mode !== undefined) tally.compare(step.n, `handlers ${address} mode`, mode, own.mode);
    seen.add(`${fn} ${index}`);
  }
  if (step.observed.partial === true) return;
  for (const fn of byAddress.values()) {
    const own = functionState(replay.state, fn);
    if (own.driver === undefined || !knownDrivers.has(own.driver) || own.mode === 'intx') continue;
    for (const { run, offset } of firstVectors(own.vectors, Number.POSITIVE_INFINITY)) {
      const index = run.index + offset;
      if (has(own.handlers, index))
        tally.compare(step.n, `handlers of ${fn}[${index}]`, true, seen.has(`${fn} ${index}`));
    }
  }
}
