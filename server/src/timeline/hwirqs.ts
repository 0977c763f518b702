/** The numbers at the CPU's side that a function's vectors have. */
import type { Interval } from '../base/intervals.ts';
import type { VectorRun } from '../controllers/controller.ts';
import { itsDevice } from '../controllers/gicv3-its/index.ts';
import type { FunctionState, MachineState } from './state.ts';

/** LPIs, SPIs, XIRQs, identities; on x86 Linux interrupt numbers: one interval for each run of vectors, in their order. */
export function hwirqsOf(
  state: MachineState,
  { vectors, requester }: Pick<FunctionState, 'vectors' | 'requester'>,
): readonly Interval[] {
  const offset = lpiOfFirstEvent(state, requester);
  return vectors.map(({ hwirq, count }: VectorRun) => ({ first: offset + hwirq, last: offset + hwirq + count - 1 }));
}

/** Where an ITS has the LPIs of the requester's DeviceID; 0 for other controllers, whose numbers are whole. */
function lpiOfFirstEvent({ controllers }: MachineState, requester: FunctionState['requester']): number {
  const controller = requester && controllers[requester.controller];
  if (requester === undefined || controller?.type !== 'gicv3') return 0;
  return itsDevice(controller, requester.its, requester.deviceId)?.lpiBase ?? 0;
}
