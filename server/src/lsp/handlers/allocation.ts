import { allocationTextAt } from '../../ide/allocation-now.ts';
import { AllocationRequest } from '../allocation-protocol.ts';
import { request } from '../handler.ts';
import { momentIn } from '../moment.ts';

/** The allocation of a spec as a text. From now on the client is told when it may have changed. */
export const allocation = request(AllocationRequest, null, async ({ textDocument: { uri }, position }, session) => {
  session.shownAllocations.add(uri);
  const analysis = await session.workspace.analysis(uri);
  return analysis === undefined ? null : { text: allocationTextAt(analysis, momentIn(session, analysis, position)) };
});
