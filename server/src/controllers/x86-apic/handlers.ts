/** Handlers come and go: request_irq takes the real vector, free_irq gives it back for a promise (kernel/irq/manage.c, vector.c). */
import { type CpuMask, done, type Outcome, type Requester, refuse, type VectorRun } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { moveTo, programmable, releaseVectors, startInterrupt } from './assign.ts';
import { reserve, type Target } from './matrix.ts';
import { type Interrupt, interruptOf, type X86State } from './state.ts';
import { addVectors } from './vector-effects.ts';
import { affinityBroken, exceedsAvailable, noVector } from './warnings.ts';

/** request_irq on each vector of the run. ENOSPC: no CPU has a vector left; those before it keep theirs. */
export function request(
  state: X86State,
  requester: Requester,
  run: VectorRun,
): Outcome<X86State, readonly VectorRun[]> {
  let { matrix, interrupts } = state;
  const effects: Effect[] = [];
  const taken: (Target | undefined)[] = [];
  for (let offset = 0; offset < run.count; offset++) {
    const own = interruptOf(state, run, offset);
    if (own.requested) continue;
    const started = startInterrupt(matrix, state, own, requester.numaNode);
    if (started === undefined) {
      addVectors(effects, 'vectors-taken', state, requester.fn, run, taken);
      const { length: cpus } = matrix.online;
      effects.push({ does: 'no-vector', fn: requester.fn, index: run.index + offset, cpus });
      const refused = refuse({ ...state, matrix, interrupts }, 'ENOSPC', noVector, effects);
      return { ...refused, result: { ok: false, errno: 'ENOSPC', reason: noVector, reached: offset } };
    }
    matrix = started.matrix;
    if (started.affinityBroken) effects.push(affinityBroken);
    const { target } = started.interrupt;
    if (own.target === undefined) taken[offset] = target;
    else if (target !== own.target) {
      effects.push({ does: 'vector-moved', irq: run.hwirq + offset, from: own.target, to: target });
    }
    interrupts = interrupts.set(run.hwirq + offset, { ...started.interrupt, requested: true });
  }
  addVectors(effects, 'vectors-taken', state, requester.fn, run, taken);
  return done({ ...state, matrix, interrupts }, [run], effects);
}

/** free_irq on each vector of the run. One that cannot be masked keeps its vector, a managed one its place. */
export function release(
  state: X86State,
  requester: Requester,
  run: VectorRun,
): Outcome<X86State, readonly VectorRun[]> {
  let { matrix, interrupts } = state;
  const effects: Effect[] = [];
  const returned: (Target | undefined)[] = [];
  for (let offset = 0; offset < run.count; offset++) {
    const irq = run.hwirq + offset;
    const own = interrupts.get(irq);
    if (own === undefined || !own.requested) continue;
    if (own.fixed) {
      interrupts = interrupts.set(irq, { ...own, requested: false });
      continue;
    }
    matrix = releaseVectors(matrix, own);
    returned[offset] = own.target;
    if (!own.managed) {
      const promised = reserve(matrix, 1);
      matrix = promised.matrix;
      if (promised.exceeded) effects.push(exceedsAvailable(promised.matrix));
    }
    const idle: Interrupt = { ...own, requested: false, target: undefined, previous: undefined };
    interrupts = own.mask === run.mask && !own.maskSet ? interrupts.delete(irq) : interrupts.set(irq, idle);
  }
  addVectors(effects, 'vectors-returned', state, requester.fn, run, returned);
  return done({ ...state, matrix, interrupts }, [run], effects);
}

/**
 * A write of smp_affinity for the one vector of the run. EIO: it is managed; ERANGE: there are no such CPUs; ENOSPC: none of them
 * has a vector left. With remapping the interrupt moves now; without, at its next occurrence, so that nothing changes yet.
 */
export function setAffinity(
  state: X86State,
  requester: Requester,
  run: VectorRun,
  mask: CpuMask,
): Outcome<X86State, VectorRun> {
  const own = interruptOf(state, run, 0);
  if (own.managed) return refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s');
  if (mask.some((cpu) => cpu >= state.matrix.cpus.length)) return refuse(state, 'ERANGE', 'there is no such CPU');
  const keep = (interrupt: Interrupt) => state.interrupts.set(run.hwirq, interrupt);
  if (own.target === undefined) return done({ ...state, interrupts: keep({ ...own, mask, maskSet: true }) }, run);
  if (state.remapping === undefined) return done({ ...state, interrupts: keep({ ...own, maskSet: true }) }, run);
  const cpus = programmable(state.matrix, state, mask, false);
  const moved = moveTo(state.matrix, own, cpus.length === 0 ? state.matrix.online : cpus, true);
  if (moved === undefined) return refuse(state, 'ENOSPC', 'no CPU of the mask has a vector left');
  const interrupts = keep({ ...moved.interrupt, mask: cpus.length === 0 ? state.matrix.online : mask, maskSet: true });
  const { target: to } = moved.interrupt;
  const effects: Effect[] = [];
  if (to !== own.target) {
    effects.push(
      { does: 'vector-moved', irq: run.hwirq, from: own.target, to },
      { does: 'entries-written', fn: requester.fn, first: run.data, count: 1, holds: 'vector' },
    );
  }
  return done({ ...state, matrix: moved.matrix, interrupts }, run, effects);
}
