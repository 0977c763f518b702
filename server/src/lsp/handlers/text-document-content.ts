import { TextDocumentContentRequest } from 'vscode-languageserver';
import { specOfCapacity } from '../capacity-protocol.ts';
import { capacityOf } from '../capacity-text.ts';
import { request } from '../handler.ts';

/** A text about a spec that is no file. From now on the client is told when it may have changed. */
export const textDocumentContent = request(
  TextDocumentContentRequest.type,
  { text: '' },
  async ({ uri }, session, token) => {
    const spec = specOfCapacity(uri);
    if (spec === undefined) return { text: '' };
    session.shownCapacities.set(spec, uri);
    return { text: (await capacityOf(session, spec, token)) ?? '' };
  },
);
