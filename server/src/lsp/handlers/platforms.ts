import { docOf, PLATFORMS, platformIn } from '../../ide/platforms/index.ts';
import { request } from '../handler.ts';
import { PlatformsRequest } from '../platform-protocol.ts';

/** The platforms, for a client that lets its user choose one. */
export const platforms = request(PlatformsRequest, [], async ({ textDocument: { uri } }, { workspace }) => {
  const analysis = await workspace.analysis(uri);
  if (!analysis?.machine.complete) return [];
  const own = platformIn(analysis);
  return PLATFORMS.map((platform) => ({
    type: platform.type,
    doc: docOf(platform.type),
    own: platform === own,
  }));
});
