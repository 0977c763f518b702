/** Handlers on allocated vectors: request_irq, free_irq, irq_set_affinity (kernel/irq/manage.c). */
import { add, gaps, type Intervals, interval, noIntervals, remove, within } from '../base/intervals.ts';
import type { Failure } from '../base/result.ts';
import { type CpuMask, done, noEffects, type Outcome, type VectorRun } from '../controllers/controller.ts';
import { bothEffects } from '../controllers/effect.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { applyController } from './apply.ts';
import type { Change } from './free.ts';
import { releaseLine, requestLine } from './io-apic.ts';
import { changeFunction, type FunctionState, functionState, type MachineState, setFunction } from './state.ts';
import { releaseOrder } from './stock-drivers.ts';

/** {@link Change} that may have stopped half way. */
export type Handled = Change & { readonly errno: Failure | undefined };

/**
 * request_irq on the vectors with indexes `first`..`last`. EINVAL: one is not allocated, and nothing is done. ENOSPC: no CPU has
 * room (x86); those before it have their handlers.
 */
export function requestIrqs(state: MachineState, fn: FunctionIndex, first: number, last: number): Handled {
  const own = functionState(state, fn);
  if (own.mode === 'intx' && first === 0 && last === 0) {
    const handled = requestLine(state, fn);
    if (handled.errno !== undefined) return handled;
    return { ...handled, state: changeFunction(handled.state, fn, { handlers: add(own.handlers, 0, 0) }) };
  }
  if (!allocated(own.vectors, first, last)) return { state, effects: noEffects, errno: 'EINVAL' };
  const { requester } = own;
  let { handlers } = own;
  const handled = forRuns(state, fn, first, last, (current, run) => {
    const outcome: Outcome<MachineState, readonly VectorRun[]> =
      requester === undefined
        ? done(current, [run])
        : applyController(current, requester.controller, (implementation, controller) =>
            implementation.request(controller, requester, run),
          );
    const reached = outcome.result.ok ? run.count : (outcome.result.reached ?? 0);
    handlers = add(handlers, run.index, run.index + reached - 1);
    return outcome;
  });
  const next = setFunction(handled.state, fn, { ...functionState(handled.state, fn), handlers });
  return { state: next, effects: handled.effects, errno: handled.errno };
}

/** free_irq on those of the vectors `first`..`last` that have a handler. */
export function releaseIrqs(state: MachineState, fn: FunctionIndex, first: number, last: number): Change {
  const own = functionState(state, fn);
  if (own.mode === 'intx' && own.handlers.length > 0) {
    const released = releaseLine(state, fn);
    return { ...released, state: changeFunction(released.state, fn, { handlers: noIntervals }) };
  }
  let effects = noEffects;
  let current = state;
  for (const part of within(functionState(state, fn).handlers, first, last)) {
    const change = forRuns(current, fn, part.first, part.last, (now, run) => {
      const { requester } = functionState(now, fn);
      if (requester === undefined) return done(now, [run]);
      return applyController(now, requester.controller, (implementation, controller) =>
        implementation.release(controller, requester, run),
      );
    });
    effects = bothEffects(effects, change.effects);
    const handlers = remove(functionState(change.state, fn).handlers, part.first, part.last);
    current = changeFunction(change.state, fn, { handlers });
  }
  return { state: current, effects };
}

/** free_irq on every handler, in the order in which the bound driver does it. */
export function releaseHandlers(state: MachineState, fn: FunctionIndex): Change {
  const own = functionState(state, fn);
  if (own.handlers === noIntervals || own.handlers.length === 0) return { state, effects: noEffects };
  let effects = noEffects;
  let current = state;
  for (const { first, last } of releaseOrder(own.driver, own.handlers)) {
    const change = releaseIrqs(current, fn, first, last);
    current = change.state;
    effects = bothEffects(effects, change.effects);
  }
  return { state: current, effects };
}

/** irq_set_affinity on the vector with this index. EINVAL: not allocated, or no CPU of the mask is online. */
export function setAffinity(state: MachineState, fn: FunctionIndex, index: number, mask: CpuMask): Handled {
  const own = functionState(state, fn);
  const { requester } = own;
  if (requester === undefined || !allocated(own.vectors, index, index)) {
    return { state, effects: noEffects, errno: 'EINVAL' };
  }
  return forRuns(state, fn, index, index, (current, run) => {
    const outcome = applyController(current, requester.controller, (implementation, controller) =>
      implementation.setAffinity(controller, requester, run, mask),
    );
    if (!outcome.result.ok) return { ...outcome, result: outcome.result };
    return { ...outcome, result: { ok: true, value: [outcome.result.value] } };
  });
}

/** The indexes of the vectors a function was granted; the one line of INTx is 0. */
export function allocatedVectors({ mode, vectors }: Pick<FunctionState, 'mode' | 'vectors'>): Intervals {
  if (mode === 'intx') return interval(0, 0);
  let all = noIntervals;
  for (const { index, count } of vectors) all = add(all, index, index + count - 1);
  return all;
}

/** Whether every index of `first`..`last` is one of an allocated vector. */
function allocated(runs: readonly VectorRun[], first: number, last: number): boolean {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) return first >= only.index && last < only.index + only.count;
  return gaps(allocatedVectors({ mode: 'msix', vectors: runs }), first, last).length === 0;
}

/**
 * Does something to the runs of a function's vectors that lie in `first`..`last`, cutting runs at the ends, and puts the runs
 * that come back in their place. Stops at the first failure.
 */
export function forRuns(
  state: MachineState,
  fn: FunctionIndex,
  first: number,
  last: number,
  act: (state: MachineState, run: VectorRun) => Outcome<MachineState, readonly VectorRun[]>,
): Handled {
  const before = functionState(state, fn).vectors;
  let effects = noEffects;
  /** Undefined while every run is what it was. */
  let after: VectorRun[] | undefined;
  let current = state;
  let errno: Failure | undefined;
  for (let i = 0; i < before.length; i++) {
    const run = before[i];
    if (run === undefined) continue;
    const from = Math.max(first, run.index);
    const to = Math.min(last, run.index + run.count - 1);
    if (from > to || errno !== undefined) {
      after?.push(run);
      continue;
    }
    const part = cut(run, from, to);
    const outcome = act(current, part);
    current = outcome.state;
    effects = bothEffects(effects, outcome.effects);
    if (!outcome.result.ok) errno = outcome.result.errno;
    const value = outcome.result.ok ? outcome.result.value : undefined;
    if (value === undefined || (value.length === 1 && value[0] === part)) {
      after?.push(run);
      continue;
    }
    after ??= before.slice(0, i);
    if (from > run.index) after.push(cut(run, run.index, from - 1));
    after.push(...value);
    if (to < run.index + run.count - 1) after.push(cut(run, to + 1, run.index + run.count - 1));
  }
  return { state: after ? changeFunction(current, fn, { vectors: after }) : current, effects, errno };
}

/** The vectors with indexes `from`..`to` of a run. */
export function cut(run: VectorRun, from: number, to: number): VectorRun {
  const skip = from - run.index;
  const count = to - from + 1;
  if (skip === 0 && count === run.count) return run;
  const cpus = run.cpus?.slice(skip, skip + count);
  return { ...run, index: from, data: run.data + skip, hwirq: run.hwirq + skip, count, cpus };
}
