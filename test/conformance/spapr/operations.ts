/** Each recorded operation as the model's own, and what of it is compared. */
import type { Effect } from '../../../server/src/controllers/effect.ts';
import {
  type ChangeMsiAnswer,
  changeMsi,
  type PciTarget,
  querySource,
} from '../../../server/src/controllers/spapr/change-msi.ts';
import { foundFunction } from '../../../server/src/controllers/spapr/prepare.ts';
import type { FunctionIndex } from '../../../server/src/pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from '../../../server/src/timeline/allocate.ts';
import { applyController } from '../../../server/src/timeline/apply.ts';
import { freeVectors } from '../../../server/src/timeline/free.ts';
import { rediscover, remove } from '../../../server/src/timeline/hotplug.ts';
import { newLog } from '../../../server/src/timeline/log.ts';
import { releaseIrqs, requestIrqs, setAffinity } from '../../../server/src/timeline/request-irq.ts';
import { resolveRequester } from '../../../server/src/timeline/requester.ts';
import { changeFunction, functionState } from '../../../server/src/timeline/state.ts';
import { isObject } from '../commands.ts';
import { answersIn, moved, predictedExchanges, recordedExchanges, recordedRuns } from './exchanges.ts';
import type { SpaprStep } from './record.ts';
import { firmware, presentAt, type SpaprReplay, setFirmware } from './replay.ts';
import { requesterIdOf, runText, spaprNode } from './to-machine.ts';
import { compareVectors } from './vectors.ts';

/** Moves the replay's state on by one step and compares what was observed. */
export type Operate = (replay: SpaprReplay, step: SpaprStep) => void;

/** By the record's word. */
export const operations: Readonly<Record<string, Operate>> = {
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
    const { index = 0, cpu = 0 } = step.do;
    const handled = setAffinity(replay.state, fn, index, [cpu]);
    replay.state = handled.state;
    compareLinux(replay, step, 0, handled.errno, handled.effects);
  }),

  'change-msi': (replay, step) => {
    const { function: called = 0, number = 0 } = step.do;
    const target = targetOf(replay, step);
    const { state, answer } = changeMsi(firmware(replay), target, typeof called === 'number' ? called : 0, number);
    setFirmware(replay, state);
    compareAnswer(replay, step, answer);
  },
  'query-source': (replay, step) => {
    const { bdf = '', from = 0, to = from } = step.do;
    const exists = presentAt(replay, bdf) !== undefined;
    const slot = { segment: replay.functions.get(bdf)?.source.phb ?? 0, requesterId: requesterIdOf(bdf) };
    const got: string[] = [];
    for (let i = from; i <= to; i++) {
      const { status, source } = querySource(firmware(replay), slot, exists, i);
      got.push(`${i}: status ${status} source ${source} trigger ${source === undefined ? undefined : edge}`);
    }
    replay.tally.compareLists(step.n, 'queries', recordedQueries(step.observed.queries), got);
  },
  'write-mme': (replay, step) => {
    const { bdf = '', vectors = 1 } = step.do;
    replay.messagesEnabled.set(bdf, vectors);
  },

  'set-indicator': (replay, step) => {
    const { indicator = 0, bdf = '', state = 0 } = step.do;
    compareStatus(replay, step, setIndicator(replay, indicator, bdf, state));
  },
  'unplug-request': (replay, step) => {
    replay.leaving.add(step.do.bdf ?? '');
  },
  plug: (replay, step) => {
    const { function: source } = step.do;
    const found = typeof source === 'object' ? replay.functions.get(source.bdf) : undefined;
    if (typeof source !== 'object' || found === undefined) {
      replay.tally.skip(step.n, 'the function has no place in this machine', true);
      return;
    }
    const { topology, presence } = replay.state;
    const at = topology.functions[found.index];
    const functions = topology.functions.slice();
    if (at !== undefined) functions[found.index] = { ...at, node: spaprNode(source, true) };
    replay.state = { ...replay.state, topology: { ...topology, functions }, presence: presence.set(found.index, true) };
    replay.functions.set(source.bdf, { index: found.index, source });
    replay.messagesEnabled.delete(source.bdf);
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

/** MSIs are edge triggered, as the query answers them. */
const edge = 1;

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

/** The function that a direct call names: by host bridge and address, where they stand, else by its bdf. */
function targetOf(replay: SpaprReplay, step: SpaprStep): PciTarget | undefined {
  const { bdf, buid, configAddress } = step.do;
  const phb = replay.record.given.phbs.find((one) => one.buid === buid)?.phb;
  for (const [address, { source }] of replay.functions) {
    const isMeant =
      buid === undefined
        ? address === bdf
        : source.phb === phb && requesterIdOf(address) * 0x100 === Number(configAddress);
    if (!isMeant || presentAt(replay, address) === undefined) continue;
    const messagesEnabled = source.msi === 0 ? 0 : (replay.messagesEnabled.get(address) ?? 1);
    return { segment: source.phb, requesterId: requesterIdOf(address), messagesEnabled, msixEntries: source.msix };
  }
  return undefined;
}

/** RTAS indicators of a function's connector (hw/ppc/spapr_drc.c). */
const isolation = 9001;
const connectorLight = 9002;
const noSuchIndicator = -3;

/** Isolating a function whose removal was asked for completes it. A PCI function's connector has no allocation state. */
function setIndicator(replay: SpaprReplay, indicator: number, bdf: string, state: number): number | 'aborted' {
  if (indicator === connectorLight) return 0;
  if (indicator !== isolation) return noSuchIndicator;
  if (state !== 0) return presentAt(replay, bdf) === undefined ? noSuchIndicator : 0;
  const found = replay.functions.get(bdf);
  if (found === undefined || !replay.leaving.has(bdf)) return 0;
  const slot = { segment: found.source.phb, requesterId: requesterIdOf(bdf) };
  const outcome = applyController(
    replay.state,
    0,
    (implementation, own) =>
      implementation.unplug?.(own, slot) ?? { state: own, effects: [], result: { ok: true, value: undefined } },
  );
  replay.state = outcome.state;
  if (!outcome.result.ok) return 'aborted';
  replay.leaving.delete(bdf);
  replay.state = { ...replay.state, presence: replay.state.presence.set(found.index, false) };
  return 0;
}

/** What Linux answered, and the firmware on the way. */
function compareLinux(
  replay: SpaprReplay,
  step: SpaprStep,
  result: number,
  errno: string | undefined,
  effects: readonly Effect[],
): void {
  const { tally } = replay;
  const { result: expected, errno: expectedErrno, changeMsi: exchanges } = step.observed;
  if (expected !== undefined || expectedErrno !== undefined) {
    tally.compare(step.n, 'result', expectedErrno ?? expected, errno ?? result);
  }
  compareAbort(replay, step, replay.state.aborted);
  tally.compareLists(step.n, 'changeMsi', recordedExchanges(exchanges), predictedExchanges(effects));
  compareMoved(replay, step, answersIn(effects));
  compareVectors(replay, step);
}

/** What the firmware answered to a direct call, word by word. */
function compareAnswer(replay: SpaprReplay, step: SpaprStep, answer: ChangeMsiAnswer): void {
  const { tally } = replay;
  const { observed } = step;
  compareAbort(replay, step, answer.is === 'aborted' ? answer.reason : undefined);
  const got = answerWords(answer, step.do.returns === 4);
  for (const word of ['status', 'count', 'sequence', 'type', 'base', 'allocated'] as const) {
    tally.compare(step.n, word, observed[word], got[word]);
  }
  compareMoved(replay, step, [answer]);
}

/** The caller's sequence number is 1. */
const nextSequence = 2;

function answerWords(
  answer: ChangeMsiAnswer,
  withType: boolean,
): Readonly<Record<string, number | boolean | undefined>> {
  switch (answer.is) {
    case 'granted':
    case 'too-many': {
      const type = withType ? { type: answer.mode === 'msi' ? 1 : 2 } : {};
      const start = { status: 0, sequence: nextSequence, ...type };
      if (answer.is === 'too-many') return { ...start, count: answer.offered, allocated: false };
      return { ...start, count: answer.block.count, base: answer.block.first };
    }
    case 'released':
      return { status: 0, count: 0 };
    case 'refused':
      return { status: answer.status };
    case 'aborted':
      return {};
  }
}

function compareStatus(replay: SpaprReplay, step: SpaprStep, status: number | 'aborted'): void {
  compareAbort(replay, step, replay.state.aborted);
  replay.tally.compare(step.n, 'status', step.observed.status, status === 'aborted' ? undefined : status);
}

function compareAbort(replay: SpaprReplay, step: SpaprStep, reason: string | undefined): void {
  const { abort, reason: expected } = step.observed;
  if (abort === undefined && reason === undefined) return;
  replay.tally.compare(step.n, 'abort', abort === true ? expected : 'none', reason ?? 'none');
}

function compareMoved(replay: SpaprReplay, step: SpaprStep, answers: readonly ChangeMsiAnswer[]): void {
  const got = moved(answers);
  for (const name of ['claim', 'free'] as const) {
    const expected = recordedRuns(step.observed[name]);
    if (expected !== undefined) {
      replay.tally.compareLists(step.n, name, expected.map(runText), got[name].map(runText));
    }
  }
}

function recordedQueries(queries: unknown): string[] {
  if (!Array.isArray(queries)) return [];
  return queries.filter(isObject).flatMap(({ from, to, status, source, trigger }) => {
    const lines: string[] = [];
    for (let i = Number(from); i <= Number(to); i++) {
      const at = typeof source === 'number' ? source + i - Number(from) : undefined;
      lines.push(`${i}: status ${status} source ${at} trigger ${trigger}`);
    }
    return lines;
  });
}
