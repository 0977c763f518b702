/**
 * Drivers that were loaded. What they called was not recorded, only the effect; so how many vectors they allocated and requested
 * is read from the change of the counts, and where those vectors are is predicted and compared.
 */
import { allocateVectors } from '../../../server/src/timeline/allocate.ts';
import { requestIrqs } from '../../../server/src/timeline/request-irq.ts';
import { changeFunction, countVectors, functionState } from '../../../server/src/timeline/state.ts';
import { subjects } from './pins.ts';
import type { Counts, X86Step } from './record.ts';
import { apic, functionAtBdf, type X86Replay } from './replay.ts';

/** Allocates in one call what the counts rose by, ordinary vectors first, and requests as many of them. */
export function bindDriver(replay: X86Replay, step: X86Step): void {
  const { counts } = step.observed;
  const [bdf, ...others] = subjects(step.do);
  const fn = functionAtBdf(replay, step.n, bdf);
  if (fn === undefined || counts === undefined) return;
  const { ordinary, idle, managedCpus } = demandOf(replay, counts);
  const all = ordinary + idle;
  if (all === 0 && managedCpus === 0) return;
  if (others.length > 0) {
    replay.tally.skip(step.n, 'which of the functions took the vectors was not recorded', true);
    return;
  }
  const affinity = managedCpus === 0 ? {} : { affinity: { pre: all, post: 0, sets: 1 } };
  const max = all + managedCpus;
  const allocation = allocateVectors(replay.state, fn, { modes: ['msix'], min: Math.max(1, all), max, ...affinity });
  replay.tally.compare(step.n, 'errno', undefined, allocation.errno);
  replay.state = changeFunction(allocation.state, fn, { driver: step.do.driver });
  const { vectors } = functionState(replay.state, fn);
  const requested = idle > 0 ? ordinary - 1 : countVectors(vectors) - 1;
  if (requested >= 0) replay.state = requestIrqs(replay.state, fn, 0, requested).state;
}

/** Ordinary vectors with a handler and without, and CPUs on which vectors were set aside. */
function demandOf(replay: X86Replay, after: Counts): { ordinary: number; idle: number; managedCpus: number } {
  const { matrix } = apic(replay);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const before = {
    allocated: sum(matrix.cpus.map(({ allocated, managedAllocated }) => allocated - managedAllocated)),
    managed: sum(matrix.cpus.map(({ managed }) => managed.reduce((n, { first, last }) => n + last - first + 1, 0))),
  };
  return {
    ordinary: sum(after.cpu.allocated) - sum(after.cpu.managedAllocated) - before.allocated,
    idle: after.reserved - matrix.reserved,
    managedCpus: sum(after.cpu.managed) - before.managed,
  };
}
