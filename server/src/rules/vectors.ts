/** What ran out when an x86 machine had too few vectors or remapping entries. */
import { size } from '../base/intervals.ts';
import type { Effect } from '../controllers/effect.ts';
import type { X86State } from '../controllers/x86-apic/index.ts';
import type { StepResult } from '../timeline/run.ts';
import type { MachineState } from '../timeline/state.ts';
import type { Outcome } from './outcomes.ts';

/** A function's interrupt that no CPU had a vector for. */
export type NoVector = Extract<Effect, { does: 'no-vector' }>;

const missedIn = new WeakMap<StepResult, ReadonlyMap<number, NoVector>>();

/** The first of the outcome's interrupts that found no vector in this step, at its request or its allocation. */
export function noVectorFor({ step, fn }: Outcome): NoVector | undefined {
  let missed = missedIn.get(step);
  if (missed === undefined) {
    const found = new Map<number, NoVector>();
    for (const effect of step.effects) {
      if (effect.does === 'no-vector' && !found.has(effect.fn)) found.set(effect.fn, effect);
    }
    missed = found;
    missedIn.set(step, missed);
  }
  return missed.get(fn);
}

/**
 * Of a range of MSI messages that got none, as they take their vectors at once: the first that missed one, if so many would have
 * been enough.
 */
export function wantedAllOrNothing(outcome: Outcome): NoVector | undefined {
  const { first, wanted, messages } = outcome;
  const { mode, min } = first.request;
  if (mode !== 'msi' || messages > 0 || min >= wanted) return undefined;
  const missed = effectOf(outcome, 'no-vector');
  return missed !== undefined && missed.index >= Math.max(1, min) ? missed : undefined;
}

/** The first effect of this kind that the outcome's calls had. */
export function effectOf<Does extends Effect['does']>(
  { calls }: Outcome,
  does: Does,
): Extract<Effect, { does: Does }> | undefined {
  const isOfKind = (effect: Effect): effect is Extract<Effect, { does: Does }> => effect.does === does;
  for (const { effects } of calls) {
    const found = effects.find(isOfKind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whose interrupt remapping the function's messages pass; undefined without any. */
export function remappingOf(outcome: Outcome): 'intel' | 'amd' | undefined {
  return apicOf(outcome.step.state, outcome)?.remapping?.kind;
}

/** What there is to take on the CPUs online; undefined on other machines than x86. */
export function vectorsOf(state: MachineState, outcome: Outcome): VectorRoom | undefined {
  const apic = apicOf(state, outcome);
  if (apic === undefined) return undefined;
  const { space, online, cpus, reserved: promised } = apic.matrix;
  const usable = space.last - space.first + 1 - size(space.system);
  let setAside = 0;
  for (const cpu of online) setAside += size(cpus[cpu]?.managed ?? []);
  return { cpus: online.length, vectors: online.length * usable, setAside, promised };
}

/** The vectors of the CPUs online. */
export interface VectorRoom {
  readonly cpus: number;
  /** For devices, in use or not. */
  readonly vectors: number;
  /** Of these, set aside for managed interrupts. */
  readonly setAside: number;
  /** Promised to interrupts without a handler. */
  readonly promised: number;
}

/** The local APICs that the function's messages reach; those of the machine for one without messages. */
function apicOf({ controllers }: MachineState, { first }: Outcome): X86State | undefined {
  const { requester } = first;
  const found =
    requester === undefined ? controllers.find(({ type }) => type === 'x86-apic') : controllers[requester.controller];
  return found?.type === 'x86-apic' ? found : undefined;
}
