/** Each recorded operation as the model's own, and what it returned. */
import { has } from '../../../server/src/base/intervals.ts';
import type { Effect } from '../../../server/src/controllers/effect.ts';
import { dropPin, releasePin, requestPin, wakePin } from '../../../server/src/controllers/x86-apic/index.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { bringCpuOnline, setDefaultAffinity, takeCpuOffline } from '../../../server/src/timeline/cpus.ts';
import { allocateAt, freeAt } from '../../../server/src/timeline/dynamic.ts';
import { freeVectors, unbindDriver } from '../../../server/src/timeline/free.ts';
import { insert, unplug } from '../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { functionAt } from '../plugging.ts';
import { bindDriver } from './bind.ts';
import { interruptAt } from './compare.ts';
import { listed, type X86Operation, type X86Step } from './record.ts';
import { apic, applied, functionAtBdf, type X86Replay } from './replay.ts';
import { callWarnings, compareWarnings, effectWarnings } from './warnings.ts';

/** Moves the replay's state on by one step and compares what it returned and warned of. */
export type Operate = (replay: X86Replay, step: X86Step) => void;

/** A range of requests ends with the fourth that fails. */
const mostFailures = 4;

/** Pins whose number was not recorded are numbered from here, above all real ones. */
const unknownPin = 1000;

/** By the record's word. */
export const operations: Readonly<Record<string, Operate>> = {
  allocate: onFunction((replay, step, fn) => {
    const { modes = [], min = 1, max = 1 } = step.do;
    call(replay, step, fn, { modes, min, max, ...affinityOf(step.do) }, (granted) => granted);
  }),

  'enable-msi': onFunction((replay, step, fn) => {
    call(replay, step, fn, { modes: ['msi'], min: 1, max: 1 }, () => 0);
  }),

  'enable-msix': onFunction((replay, step, fn) => {
    const { min = 1, max = 1, entries } = step.do;
    const request = { modes: ['msix'], min, max, ...(entries === undefined ? {} : { entries }) } as const;
    call(replay, step, fn, request, (granted) => granted);
  }),

  'allocate-each': (replay, step) => {
    const { modes = [], min = 1, max = 1, bdfs = [] } = step.do;
    const request = { modes, min, max, ...affinityOf(step.do) };
    let warnings: string[] = [];
    let succeeded = 0;
    let failed: string | undefined;
    let errno: string | undefined;
    for (const bdf of bdfs) {
      const fn = functionAtBdf(replay, step.n, bdf);
      if (fn === undefined) return;
      const before = replay.state;
      const allocation = allocateVectors(before, fn, request);
      replay.state = allocation.state;
      // Of the calls folded into the step, the messages of the last one were recorded.
      warnings = [...callWarnings(replay, before, fn, request, allocation), ...effectWarnings(allocation.effects)];
      errno = allocation.errno;
      if (errno !== undefined) {
        failed = bdf;
        break;
      }
      succeeded++;
    }
    replay.tally.compare(step.n, 'succeeded', step.observed.succeeded, succeeded);
    replay.tally.compare(step.n, 'failed', step.observed.failed, failed);
    compareResult(replay, step, undefined, errno);
    compareWarnings(replay, step, warnings);
  },

  'allocate-at': onFunction((replay, step, fn) => {
    const added = allocateAt(replay.state, fn, step.do.index ?? 'any');
    replay.state = added.state;
    replay.tally.compare(step.n, 'index', step.observed.index, added.index);
    finish(replay, step, undefined, added.errno, added.effects);
  }),

  'free-at': onFunction((replay, step, fn) => {
    const { index } = step.do;
    const freed = freeAt(replay.state, fn, typeof index === 'number' ? index : -1);
    replay.state = freed.state;
    finish(replay, step, 0, freed.errno, freed.effects);
  }),

  free: onFunction(freeAll),
  'disable-msi': onFunction(freeAll),
  'disable-msix': onFunction(freeAll),

  request: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const effects: Effect[] = [];
    let succeeded = 0;
    let failed = 0;
    let firstFailed: number | undefined;
    let errno: string | undefined;
    for (let index = from; index <= to && failed < mostFailures; index++) {
      const handled = requestIrqs(replay.state, fn, index, index);
      replay.state = handled.state;
      effects.push(...handled.effects);
      if (handled.errno === undefined) succeeded++;
      else {
        failed++;
        firstFailed ??= index;
        errno ??= handled.errno;
      }
    }
    const { observed } = step;
    if (observed.failed !== undefined) replay.tally.compare(step.n, 'failed', observed.failed, failed);
    replay.tally.compare(step.n, 'firstFailed', observed.firstFailed, firstFailed);
    replay.tally.compare(step.n, 'errno', observed.errno, errno);
    replay.tally.compare(step.n, 'result', observed.result, succeeded);
    compareWarnings(replay, step, effectWarnings(effects));
  }),

  release: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const { handlers } = functionState(replay.state, fn);
    let released = 0;
    for (let index = from; index <= to; index++) if (has(handlers, index)) released++;
    const change = releaseIrqs(replay.state, fn, from, to);
    replay.state = change.state;
    finish(replay, step, released, undefined, change.effects);
  }),

  'request-line': (replay, step) => {
    const pin = replay.pins.get(step.do.bdf ?? '') ?? unknownPin;
    const { effects, errno, value } = applied(replay, requestPin(apic(replay), pin, 0));
    const { line } = step.observed;
    if (line !== undefined) {
      replay.tally.compare(step.n, 'line.pin', line.pin, pin);
      replay.tally.compare(step.n, 'line.cpu', line.cpu, value?.cpu);
      replay.tally.compare(step.n, 'line.vector', line.vector, value?.vector);
    }
    finish(replay, step, errno === undefined ? 1 : 0, errno, effects);
  },

  'release-line': (replay, step) => {
    const pin = replay.pins.get(step.do.bdf ?? '') ?? unknownPin;
    const { effects } = applied(replay, releasePin(apic(replay), pin));
    finish(replay, step, 1, undefined, effects);
  },

  'wake-pin': (replay, step) => {
    const { bdf, count = 1 } = step.do;
    const known = step.do.pin ?? (bdf === undefined ? undefined : replay.pins.get(bdf));
    for (let i = 0; i < count; i++) applied(replay, wakePin(apic(replay), known ?? unknownPin + step.n * 100 + i));
    if (bdf !== undefined) replay.enabled.add(bdf);
  },

  bind: bindDriver,

  unbind: onFunction((replay, step, fn) => {
    const change = unbindDriver(replay.state, fn);
    replay.state = change.state;
    finish(replay, step, 0, undefined, change.effects);
  }),

  plug: (replay, step) => {
    const { function: source } = step.do;
    const plugged = replay.record.steps.find(({ n }) => n === step.n)?.do.function;
    const fn = plugged === undefined ? undefined : functionAt(replay, step.n, plugged);
    if (source === undefined || plugged === undefined || fn === undefined) {
      replay.tally.skip(step.n, 'the function has no place', true);
      return;
    }
    const log = newLog();
    replay.state = insert(replay.state, fn, log).state;
    replay.functions.set(source.bdf, { index: fn, source: plugged });
    finish(replay, step, 0, undefined, log.effects);
  },

  unplug: onFunction((replay, step, fn) => {
    const { bdf = '' } = step.do;
    const log = newLog();
    replay.state = unplug(replay.state, fn, log);
    const pin = replay.pins.get(bdf);
    if (replay.enabled.delete(bdf) && pin !== undefined) applied(replay, dropPin(apic(replay), pin));
    replay.functions.delete(bdf);
    finish(replay, step, 0, undefined, log.effects);
  }),

  'set-affinity': onFunction((replay, step, fn) => {
    const { index, cpu, cpus } = step.do;
    const at = typeof index === 'number' ? index : 0;
    const handled = setAffinity(replay.state, fn, at, listed(cpus ?? cpu));
    replay.state = handled.state;
    const { effectiveCpu } = step.observed;
    if (effectiveCpu !== undefined) {
      const target = interruptAt(replay, step.do.bdf, at)?.interrupt.target;
      replay.tally.compare(step.n, 'effectiveCpu', effectiveCpu, target?.cpu);
    }
    finish(replay, step, 0, handled.errno, handled.effects);
  }),

  'set-default-affinity': (replay, step) => {
    const handled = setDefaultAffinity(replay.state, listed(step.do.mask));
    replay.state = handled.state;
    finish(replay, step, 0, handled.errno, handled.effects);
  },

  'cpu-offline': (replay, step) => {
    const handled = takeCpuOffline(replay.state, step.do.cpu ?? -1);
    replay.state = handled.state;
    finish(replay, step, 0, handled.errno, handled.effects);
  },

  'cpu-online': (replay, step) => {
    const handled = bringCpuOnline(replay.state, step.do.cpu ?? -1);
    replay.state = handled.state;
    finish(replay, step, 0, handled.errno, handled.effects);
  },
};

function onFunction(operate: (replay: X86Replay, step: X86Step, fn: FunctionIndex) => void): Operate {
  return (replay, step) => {
    const fn = functionAtBdf(replay, step.n, step.do.bdf);
    if (fn !== undefined) operate(replay, step, fn);
  };
}

function affinityOf({ affinity }: X86Operation): Pick<VectorRequest, 'affinity'> {
  return affinity === undefined ? {} : { affinity: { pre: affinity.pre ?? 0, post: affinity.post ?? 0, sets: 1 } };
}

function call(
  replay: X86Replay,
  step: X86Step,
  fn: FunctionIndex,
  request: VectorRequest,
  result: (granted: number) => number,
): void {
  const before = replay.state;
  const allocation = allocateVectors(before, fn, request);
  replay.state = allocation.state;
  compareResult(replay, step, result(allocation.granted), allocation.errno);
  const { mode } = step.observed;
  if (mode !== undefined) replay.tally.compare(step.n, 'mode', mode, grantedMode(allocation, before));
  const warnings = callWarnings(replay, before, fn, request, allocation);
  compareWarnings(replay, step, [...warnings, ...effectWarnings(allocation.effects)]);
}

/** The records call it INTx also where messages stay enabled. */
function grantedMode(allocation: Allocation, before: X86Replay['state']): string {
  return allocation.state === before ? 'intx' : allocation.mode;
}

function freeAll(replay: X86Replay, step: X86Step, fn: FunctionIndex): void {
  const change = freeVectors(replay.state, fn);
  replay.state = change.state;
  finish(replay, step, 0, undefined, change.effects);
}

function finish(
  replay: X86Replay,
  step: X86Step,
  result: number | undefined,
  errno: string | undefined,
  effects: readonly Effect[],
): void {
  compareResult(replay, step, result, errno);
  compareWarnings(replay, step, effectWarnings(effects));
}

/** Compares the errno, or else the result where one was recorded. */
function compareResult(replay: X86Replay, step: X86Step, result: number | undefined, errno: string | undefined): void {
  const { observed, n } = step;
  replay.tally.compare(n, 'errno', observed.errno, errno);
  if (observed.result !== undefined && errno === undefined) replay.tally.compare(n, 'result', observed.result, result);
}
