/** The numbers at the CPU's side that a function's vectors have. */
import type { Interval } from '../base/intervals.ts';
import type { VectorRun } from '../controllers/controller.ts';
import { itsDevice } from '../controllers/gicv3-its/index.ts';
import { placesOf } from '../controllers/riscv-imsic/index.ts';
import type { FunctionState, MachineState } from './state.ts';

/**
 * LPIs, SPIs, XIRQs; on x86 Linux interrupt numbers: one interval for each run of vectors, in their order. On an IMSIC identities, each
 * of some CPU: one interval for each vector.
 */
export function hwirqsOf(
  state: MachineState,
  { vectors, requester }: Pick<FunctionState, 'vectors' | 'requester'>,
): readonly Interval[] {
  const imsic = requester && state.controllers[requester.controller];
  if (imsic?.type === 'riscv-imsic') {
    const places = vectors.flatMap((run) => placesOf(imsic, run));
    return places.map(({ identity }) => ({ first: identity, last: identity }));
  }
  const offset = lpiOfFirstEvent(state, requester);
  return vectors.map(({ hwirq, count }: VectorRun) => ({ first: offset + hwirq, last: offset + hwirq + count - 1 }));
}

/** Where an ITS has the LPIs of the requester's DeviceID; 0 for other controllers, whose numbers are whole. */
function lpiOfFirstEvent({ controllers }: MachineState, requester: FunctionState['requester']): number {
  const controller = requester && controllers[requester.controller];
  if (requester === undefined || controller?.type !== 'gicv3') return 0;
  return itsDevice(controller, requester.its, requester.deviceId)?.lpiBase ?? 0;
}
