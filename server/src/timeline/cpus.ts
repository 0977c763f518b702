/** CPUs that go offline and come back, and the mask that new interrupts get. */
import { add, has, remove, size } from '../base/intervals.ts';
import { type CpuMask, done, type InterruptController, noEffects, type Outcome } from '../controllers/controller.ts';
import { bothEffects, type Effect } from '../controllers/effect.ts';
import { type ControllerState, withController } from '../controllers/registry.ts';
import { applyController } from './apply.ts';
import { forRuns, type Handled } from './request-irq.ts';
import type { MachineState } from './state.ts';

/** What a controller does about a CPU; undefined: nothing. */
type Reaction = <S extends ControllerState>(
  controller: InterruptController<S>,
  state: S,
) => Outcome<S, undefined> | undefined;

/**
 * Takes a CPU offline. ENOSPC: its interrupts find no room elsewhere; EINVAL: it is not online; EPERM: it is the boot CPU of x86;
 * EBUSY: it is the last one (_cpu_down, kernel/cpu.c). Then nothing changes.
 */
export function takeCpuOffline(state: MachineState, cpu: number): Handled {
  const { possibleCpus } = state.topology.machine;
  if (cpu >= possibleCpus || has(state.offlineCpus, cpu)) return { state, effects: noEffects, errno: 'EINVAL' };
  const down = onAll(state, (controller, own) => controller.cpus?.takeOffline(own, cpu));
  if (down.errno !== undefined) return down;
  if (size(state.offlineCpus) + 1 >= possibleCpus) return { state, effects: noEffects, errno: 'EBUSY' };
  const offlineCpus = add(state.offlineCpus, cpu, cpu);
  return withVectors({ ...down.state, offlineCpus }, down.effects, 'leave', cpu);
}

/** Brings a CPU online, back or for the first time. EINVAL: there is no such CPU offline. */
export function bringCpuOnline(state: MachineState, cpu: number): Handled {
  if (!has(state.offlineCpus, cpu)) return { state, effects: noEffects, errno: 'EINVAL' };
  const up = onAll(state, (controller, own) => controller.cpus?.bringOnline(own, cpu));
  if (up.errno !== undefined) return up;
  const offlineCpus = remove(state.offlineCpus, cpu, cpu);
  return withVectors({ ...up.state, offlineCpus }, up.effects, 'join', cpu);
}

/** Writes /proc/irq/default_smp_affinity. */
export function setDefaultAffinity(state: MachineState, mask: CpuMask): Handled {
  return onAll(state, (controller, own) => controller.setDefaultAffinity?.(own, mask));
}

/** Vectors with handlers leave a CPU or join it, one function after the other. */
function withVectors(before: MachineState, first: readonly Effect[], does: 'leave' | 'join', cpu: number): Handled {
  let state = before;
  let effects = first;
  if (!before.controllers.some((own) => withController(own, ({ cpus }) => cpus?.[does] !== undefined))) {
    return { state, effects, errno: undefined };
  }
  for (const [fn, { handlers, requester }] of before.functions.entries()) {
    if (requester === undefined) continue;
    for (const { first, last } of handlers) {
      const moved = forRuns(state, fn, first, last, (current, run) =>
        applyController(current, requester.controller, (controller, own) => {
          const move = controller.cpus?.[does];
          return move === undefined ? done(own, [run]) : move(own, requester, run, cpu);
        }),
      );
      state = moved.state;
      effects = bothEffects(effects, moved.effects);
    }
  }
  return { state, effects, errno: undefined };
}

/** Asks all controllers, in order; the first that refuses ends it, and none has changed. */
function onAll(before: MachineState, reaction: Reaction): Handled {
  const effects: Effect[] = [];
  let state = before;
  for (const at of before.controllers.keys()) {
    const outcome = applyController<undefined>(
      state,
      at,
      (controller, own) => reaction(controller, own) ?? done(own, undefined),
    );
    effects.push(...outcome.effects);
    if (!outcome.result.ok) return { state: before, effects, errno: outcome.result.errno };
    state = outcome.state;
  }
  return { state, effects, errno: undefined };
}
