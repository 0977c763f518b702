/** Each recorded operation as the model's own, and what of it is compared. */
import type { Effect } from '../../server/src/controllers/effect.ts';
import type { FunctionIndex } from '../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../server/src/timeline/allocate.ts';
import { allocateAt, canAllocateAt, freeAt } from '../../server/src/timeline/dynamic.ts';
import { freeVectors, unbindDriver } from '../../server/src/timeline/free.ts';
import { disableVfs, enableVfs, insert, rediscover, remove, unplug } from '../../server/src/timeline/hotplug.ts';
import { hwirqsOf } from '../../server/src/timeline/hwirqs.ts';
import { lineIntid } from '../../server/src/timeline/line-interrupt.ts';
import { newLog, type StepLog } from '../../server/src/timeline/log.ts';
import { bindBridge, isBridge } from '../../server/src/timeline/ports.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../server/src/timeline/request-irq.ts';
import { resolveRequester } from '../../server/src/timeline/requester.ts';
import { functionState, isFound } from '../../server/src/timeline/state.ts';
import { firstVectors, isObject, predictedCommands, recordedVectors, type Vector, vectorsText } from './commands.ts';
import { compareHandlers } from './handlers.ts';
import { functionAt } from './plugging.ts';
import type { RecordedStep } from './record.ts';
import { allocates, bdf, bindQuietly, compareEffects, type Replay, secondaryBus, subject } from './replay.ts';
import { bindStockDriver, loadStockDriver } from './stock-demand.ts';
import { stockDriver } from './stock-drivers.ts';

/** Moves the replay's state on by one step and compares what was observed. */
export type Operate = (replay: Replay, step: RecordedStep) => void;

/** By the record's word. */
export const operations: Readonly<Record<string, Operate>> = {
  allocate: onFunction((replay, step, fn) => {
    const { modes = [], min = 1, max = 1, affinity } = step.do;
    const spread =
      affinity === undefined ? {} : { affinity: { pre: affinity.pre ?? 0, post: affinity.post ?? 0, sets: 1 } };
    const allocation = allocateVectors(replay.state, fn, { modes, min, max, ...spread });
    compareAllocation(replay, step, fn, allocation, allocation.granted);
  }),

  sparse: onFunction((replay, step, fn) => {
    const { entries = [] } = step.do;
    const request: VectorRequest = { modes: ['msix'], min: entries.length, max: entries.length, entries };
    compareAllocation(replay, step, fn, allocateVectors(replay.state, fn, request), 0);
  }),

  free: onFunction((replay, step, fn) => {
    const change = freeVectors(replay.state, fn);
    replay.state = change.state;
    compareResult(replay, step, 0, undefined, change.effects);
  }),

  request: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const handled = requestIrqs(replay.state, fn, from, to);
    replay.state = handled.state;
    compareResult(replay, step, 0, handled.errno, handled.effects);
  }),

  release: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const change = releaseIrqs(replay.state, fn, from, to);
    replay.state = change.state;
    compareResult(replay, step, 0, undefined, change.effects);
  }),

  'set-affinity': onFunction((replay, step, fn) => {
    const { index, cpu = 0 } = step.do;
    const handled = setAffinity(replay.state, fn, typeof index === 'number' ? index : 0, [cpu]);
    replay.state = handled.state;
    compareResult(replay, step, 0, handled.errno, handled.effects);
  }),

  'can-allocate-at': onFunction((replay, step, fn) => {
    compareResult(replay, step, canAllocateAt(replay.state, fn) ? 1 : 0, undefined, []);
  }),

  'allocate-at': onFunction((replay, step, fn) => {
    const added = allocateAt(replay.state, fn, step.do.index ?? 'any');
    replay.state = added.state;
    compareResult(replay, step, added.index ?? 0, added.errno, added.effects);
  }),

  'free-at': onFunction((replay, step, fn) => {
    const { index } = step.do;
    const freed = freeAt(replay.state, fn, typeof index === 'number' ? index : -1);
    replay.state = freed.state;
    compareResult(replay, step, 0, freed.errno, freed.effects);
  }),

  bind: onFunction((replay, step, fn) => {
    const { driver = '' } = step.do;
    const effects = bindAgain(replay, step, fn, driver);
    compareResult(replay, step, 0, undefined, effects);
  }),

  unbind: onFunction((replay, step, fn) => {
    const change = unbindDriver(replay.state, fn);
    replay.state = change.state;
    compareResult(replay, step, 0, undefined, change.effects);
  }),

  remove: onFunction((replay, step, fn) => {
    const log = newLog();
    replay.state = remove(replay.state, fn, log);
    compareResult(replay, step, 0, undefined, log.effects);
  }),

  rescan: (replay, step) => {
    const log = newLog();
    const { state, found } = rediscover(replay.state, log);
    replay.state = state;
    bindFound(replay, step, found, log);
    compareFound(replay, step, found);
    compareResult(replay, step, 0, undefined, log.effects);
  },

  plug: (replay, step) => {
    const { function: source } = step.do;
    const placed = source === undefined ? undefined : functionAt(replay, step.n, source);
    if (source === undefined || placed === undefined) {
      replay.tally.skip(step.n, 'the function has no place in this machine', true);
      return;
    }
    replay.functions.set(source.id, { index: placed, source });
    const log = newLog();
    const { state, found } = insert(replay.state, placed, log);
    replay.state = state;
    bindFound(replay, step, found, log);
    comparePlace(replay, step, placed);
    compareFound(replay, step, found);
    compareResult(replay, step, 0, undefined, log.effects);
  },

  unplug: onFunction((replay, step, fn) => {
    const log = newLog();
    replay.state = unplug(replay.state, fn, log);
    compareResult(replay, step, 0, undefined, log.effects);
  }),

  'sriov-enable': onFunction((replay, step, fn) => {
    const { vfs = 0, function: source } = step.do;
    const log = newLog();
    const { state, found, errno } = enableVfs(replay.state, fn, vfs, log);
    replay.state = state;
    found.forEach((vf, number) => {
      const id = `${step.do.fn}.vf${number}`;
      if (source !== undefined) replay.functions.set(id, { index: vf, source: { ...source, id } });
    });
    bindFound(replay, step, found, log);
    compareFound(replay, step, found);
    compareResult(replay, step, found.length, errno, log.effects);
  }),

  'sriov-disable': onFunction((replay, step, fn) => {
    const log = newLog();
    replay.state = disableVfs(replay.state, fn, log);
    compareResult(replay, step, 0, undefined, log.effects);
  }),

  'load-driver': (replay, step) => {
    compareResult(replay, step, 0, undefined, loadStockDriver(replay, step));
  },

  'list-interrupts': compareHandlers,
};

function onFunction(operate: (replay: Replay, step: RecordedStep, fn: FunctionIndex) => void): Operate {
  return (replay, step) => {
    const fn = subject(replay, step);
    if (fn !== undefined) operate(replay, step, fn);
  };
}

function compareAllocation(
  replay: Replay,
  step: RecordedStep,
  fn: FunctionIndex,
  allocation: Allocation,
  result: number,
): void {
  const { tally } = replay;
  const { observed } = step;
  replay.state = allocation.state;
  compareResult(replay, step, result, allocation.errno, allocation.effects);
  if (observed.mode !== undefined) tally.compare(step.n, 'mode', observed.mode, allocation.mode);
  if (observed.deviceId !== undefined) {
    const requester = resolveRequester(replay.state, fn);
    tally.compare(step.n, 'deviceId', observed.deviceId, requester.ok ? requester.value.deviceId : requester.errno);
  }
  const vectors = predictedVectors(replay, fn, allocation);
  if (observed.vectors !== undefined) {
    tally.compare(step.n, 'vectors', vectorsText(recordedVectors(observed.vectors)), vectorsText(vectors));
  }
  if (observed.data !== undefined) tally.compare(step.n, 'data', observed.data, allocation.vectors[0]?.data);
}

/** The vectors in the form in which this controller's records give them. */
function predictedVectors(replay: Replay, fn: FunctionIndex, allocation: Allocation): Vector[] {
  if (allocation.mode === 'intx') {
    const intid = lineIntid(replay.state.topology, fn);
    return intid === undefined ? [] : [{ index: 0, intid }];
  }
  // A call that returns 1 for INTx while messages are enabled asks no controller.
  const requester = allocation.requester ?? functionState(allocation.state, fn).requester;
  const isV2m = replay.record.controllers[0]?.type === 'gicv2m';
  return firstVectors(allocation.vectors, allocation.granted).map(({ run, offset }) => {
    const index = run.index + offset;
    const data = run.data + offset;
    const [numbers] = hwirqsOf(allocation.state, { vectors: [run], requester });
    const hwirq = (numbers?.first ?? 0) + offset;
    if (!isV2m) return { index, eventId: data, lpi: hwirq };
    return allocation.mode === 'msix' ? { index, intid: hwirq, data } : { index, intid: hwirq };
  });
}

function compareResult(
  replay: Replay,
  step: RecordedStep,
  result: number,
  errno: string | undefined,
  effects: readonly Effect[],
): void {
  const { result: expected, errno: expectedErrno } = step.observed;
  if (expected !== undefined || expectedErrno !== undefined) {
    replay.tally.compare(step.n, 'result', expectedErrno ?? expected, errno ?? result);
  }
  compareEffects(replay, step, predictedCommands(effects));
}

function comparePlace(replay: Replay, step: RecordedStep, fn: FunctionIndex): void {
  const { bdf: address, secondaryBus: bus } = step.observed;
  if (address !== undefined) replay.tally.compare(step.n, 'bdf', address, bdf(replay.state, fn));
  if (bus !== undefined) replay.tally.compare(step.n, 'secondaryBus', bus, secondaryBus(replay.state, fn));
}

/** The addresses of the functions that appeared, where the record lists them; in whatever order. */
function compareFound(replay: Replay, step: RecordedStep, found: readonly FunctionIndex[]): void {
  const { functions } = step.observed;
  if (!Array.isArray(functions)) return;
  const expected = functions.map((one: unknown) => fullAddress(isObject(one) ? String(one.bdf) : String(one)));
  const got = found.map((fn) => bdf(replay.state, fn) ?? 'none');
  replay.tally.compareLists(step.n, 'functions', expected.sort(), got.sort());
}

/** With the segment, which some lists leave out. */
function fullAddress(address: string): string {
  return address.split(':').length === 2 ? `0000:${address}` : address;
}

/** Binds what a plug, a rescan or VFs brought, each to the driver the record names. */
function bindFound(replay: Replay, step: RecordedStep, found: readonly FunctionIndex[], log: StepLog): void {
  const byIndex = new Map([...replay.functions.values()].map(({ index, source }) => [index, source]));
  for (const fn of found) {
    const node = replay.state.topology.functions[fn]?.node;
    const driver = byIndex.get(fn)?.driver;
    if (node === undefined || !isFound(replay.state, fn)) continue;
    if (isBridge(node)) replay.state = bindBridge(replay.state, fn, log);
    else if (driver !== undefined) log.effects.push(...bindAgain(replay, step, fn, driver));
  }
}

/** A stock driver allocates as its commands show; `test`, and virtio-pci alone, take nothing. */
function bindAgain(replay: Replay, step: RecordedStep, fn: FunctionIndex, driver: string): readonly Effect[] {
  bindQuietly(replay, fn, driver);
  const isStock = stockDriver(driver) !== undefined || driver === 'virtio-pci';
  return isStock && allocates(step) ? bindStockDriver(replay, step, fn, driver) : [];
}
