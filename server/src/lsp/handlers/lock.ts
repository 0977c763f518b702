import { lockOf } from '../../ide/lock.ts';
import { request } from '../handler.ts';
import { LockRequest } from '../lock-protocol.ts';

/** The lock file that an open spec would have as it is now; whoever asks writes it. */
export const lock = request(LockRequest, null, async ({ textDocument: { uri } }, { workspace }) => {
  const analysis = await workspace.analysis(uri);
  return (analysis && lockOf(analysis)) ?? null;
});
