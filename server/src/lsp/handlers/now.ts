import { stepLabel } from '../../ide/hover-steps.ts';
import { AllocationChangedNotification } from '../allocation-protocol.ts';
import { analysed } from '../asking.ts';
import { refreshCapacity } from '../capacity-text.ts';
import { request } from '../handler.ts';
import { momentIn } from '../moment.ts';
import { type Now, NowRequest } from '../now-protocol.ts';

/** The cursor of a client in a scenario: from now on numbers are told as they are there. */
export const now = request(
  NowRequest,
  null,
  async ({ textDocument: { uri }, position }, session): Promise<Now | null> => {
    const about = await analysed(session, uri);
    if (about === undefined) return null;
    const { analysis } = about;
    const before = momentIn(session, analysis);
    if (position === null) session.moments.delete(uri);
    else if (momentIn(session, analysis, position) !== undefined) session.moments.set(uri, position);
    const moment = momentIn(session, analysis);
    if (moment?.result !== before?.result) {
      refreshCapacity(session, uri);
      if (session.shownAllocations.has(uri)) {
        await session.connection.sendNotification(AllocationChangedNotification, { uri });
      }
    }
    if (moment === undefined) return null;
    const label = stepLabel(moment.result.step).replaceAll('`', '');
    return { scenario: moment.run.scenario?.name ?? '', step: moment.step + 1, label };
  },
);
