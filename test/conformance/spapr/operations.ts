/** Each recorded operation as the model's own. */
import { foundFunction } from '../../../server/src/controllers/spapr/prepare.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { bringCpuOnline, takeCpuOffline } from '../../../server/src/timeline/cpus.ts';
import { allocateAt, canAllocateAt, freeAt } from '../../../server/src/timeline/dynamic.ts';
import { freeVectors, unbindDriver } from '../../../server/src/timeline/free.ts';
import { rediscover, remove } from '../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { resolveRequester } from '../../../server/src/timeline/requester.ts';
import { changeFunction, functionState } from '../../../server/src/timeline/state.ts';
import { compareLinux } from './compare.ts';
import type { SpaprStep } from './record.ts';
import { firmware, type SpaprReplay, setFirmware } from './replay.ts';
import { rtasOperations } from './rtas-operations.ts';

/** Moves the replay's state on by one step and compares what was observed. */
export type Operate = (replay: SpaprReplay, step: SpaprStep) => void;

/** By the record's word. */
export const operations: Readonly<Record<string, Operate>> = {
  ...rtasOperations,
  allocate: onFunction((replay, step, fn) => {
    const { modes = [], min = 1, max = 1, affinity } = step.do;
    const spread = affinity && { affinity: { pre: affinity.pre ?? 0, post: affinity.post ?? 0, sets: 1 } };
    allocate(replay, step, fn, { modes, min, max, ...spread }, (granted) => granted);
  }),
  'enable-msi': onFunction((replay, step, fn) => {
    allocate(replay, step, fn, { modes: ['msi'], min: 1, max: 1 }, () => 0);
  }),
  'enable-msix': onFunction((replay, step, fn) => {
    const { min = 1, max = 1, entries } = step.do;
    allocate(replay, step, fn, { modes: ['msix'], min, max, ...(entries && { entries }) }, (granted) => granted);
  }),
  free: onFunction((replay, step, fn) => free(replay, step, fn)),
  'disable-msi': onFunction((replay, step, fn) => {
    if (functionState(replay.state, fn).mode === 'msi') free(replay, step, fn);
    else compareLinux(replay, step, 0, undefined, []);
  }),
  'disable-msix': onFunction((replay, step, fn) => {
    if (functionState(replay.state, fn).mode === 'msix') free(replay, step, fn);
    else compareLinux(replay, step, 0, undefined, []);
  }),
  request: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const handled = requestIrqs(replay.state, fn, from, to);
    replay.state = handled.state;
    compareLinux(replay, step, to - from + 1, handled.errno, handled.effects);
  }),
  release: onFunction((replay, step, fn) => {
    const { from = 0, to = from } = step.do;
    const change = releaseIrqs(replay.state, fn, from, to);
    replay.state = change.state;
    compareLinux(replay, step, to - from + 1, undefined, change.effects);
  }),
  'set-affinity': onFunction((replay, step, fn) => {
    const { index, cpu = 0 } = step.do;
    const handled = setAffinity(replay.state, fn, typeof index === 'number' ? index : 0, [cpu]);
    replay.state = handled.state;
    compareLinux(replay, step, 0, handled.errno, handled.effects);
  }),

  'can-allocate-at': onFunction((replay, step, fn) => {
    compareLinux(replay, step, canAllocateAt(replay.state, fn) ? 1 : 0, undefined, []);
  }),
  'allocate-at': onFunction((replay, step, fn) => {
    const added = allocateAt(replay.state, fn, step.do.index ?? 'any');
    replay.state = added.state;
    compareLinux(replay, step, added.index ?? 0, added.errno, added.effects);
  }),
  'free-at': onFunction((replay, step, fn) => {
    const { index = 'any' } = step.do;
    const freed = freeAt(replay.state, fn, index === 'any' ? -1 : index);
    replay.state = freed.state;
    compareLinux(replay, step, 0, freed.errno, freed.effects);
  }),
  bind: onFunction((replay, step, fn) => {
    if (functionState(replay.state, fn).driver === undefined) {
      replay.state = changeFunction(replay.state, fn, { driver: 'test' });
    }
    compareLinux(replay, step, 0, undefined, []);
  }),
  unbind: onFunction((replay, step, fn) => {
    const change = unbindDriver(replay.state, fn);
    replay.state = change.state;
    compareLinux(replay, step, 0, undefined, change.effects);
  }),
  'cpu-offline': (replay, step) => {
    const handled = takeCpuOffline(replay.state, step.do.cpu ?? 0);
    replay.state = handled.state;
    compareLinux(replay, step, 0, handled.errno, handled.effects);
  },
  'cpu-online': (replay, step) => {
    const handled = bringCpuOnline(replay.state, step.do.cpu ?? 0);
    replay.state = handled.state;
    compareLinux(replay, step, 0, handled.errno, handled.effects);
  },

  'os-remove': onFunction((replay, step, fn) => {
    const log = newLog();
    replay.state = remove(replay.state, fn, log);
    compareLinux(replay, step, 0, undefined, log.effects);
  }),
  'os-rescan': (replay, step) => {
    const log = newLog();
    const { state, found } = rediscover(replay.state, log);
    replay.state = state;
    for (const fn of found) {
      const requester = resolveRequester(replay.state, fn);
      if (!requester.ok) continue;
      const outcome = foundFunction(firmware(replay), requester.value);
      setFirmware(replay, outcome.state);
      log.effects.push(...outcome.effects);
      replay.state = changeFunction(replay.state, fn, { driver: 'test' });
    }
    compareLinux(replay, step, 0, undefined, log.effects);
  },
};

function onFunction(operate: (replay: SpaprReplay, step: SpaprStep, fn: FunctionIndex) => void): Operate {
  return (replay, step) => {
    const found = step.do.bdf === undefined ? undefined : replay.functions.get(step.do.bdf);
    if (found === undefined) replay.tally.skip(step.n, `function ${step.do.bdf} is not known`, true);
    else operate(replay, step, found.index);
  };
}

function allocate(
  replay: SpaprReplay,
  step: SpaprStep,
  fn: FunctionIndex,
  request: VectorRequest,
  result: (granted: number) => number,
): void {
  const { mode } = functionState(replay.state, fn);
  const warnings = warningsOf(replay, mode, request);
  const allocation: Allocation = allocateVectors(replay.state, fn, request);
  replay.state = allocation.state;
  compareLinux(replay, step, result(allocation.granted), allocation.errno, allocation.effects);
  if (step.observed.mode !== undefined) replay.tally.compare(step.n, 'mode', step.observed.mode, allocation.mode);
  const recorded = Array.isArray(step.observed.warnings) ? step.observed.warnings.map(String) : [];
  replay.tally.compareLists(step.n, 'warnings', recorded, warnings);
}

/** What the kernel prints of a call on a function that has vectors already; a second call in the same mode is told once. */
function warningsOf(replay: SpaprReplay, enabled: string, { modes }: VectorRequest): string[] {
  const warnings: string[] = [];
  for (const mode of ['msix', 'msi'] as const) {
    if (!modes.includes(mode) || (enabled !== 'msi' && enabled !== 'msix')) continue;
    if (mode !== enabled) warnings.push('other-mode-enabled');
    else if (!replay.warned.has(mode)) {
      replay.warned.add(mode);
      warnings.push('kernel-warning');
    }
  }
  return warnings;
}

function free(replay: SpaprReplay, step: SpaprStep, fn: FunctionIndex): void {
  const change = freeVectors(replay.state, fn);
  replay.state = change.state;
  compareLinux(replay, step, 0, undefined, change.effects);
}
