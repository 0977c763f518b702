import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { vectorsText, writtenRequest } from './requests.ts';

export const minimumOfOne: Fix = {
  id: 'minimum-of-one',
  rules: ['intx-fallback-not-allowed'],
  safety: 'review',
  doc: 'Lowers the minimum of a request to 1: the INTx line is one vector.',
  *propose(finding, context) {
    const written = writtenRequest(finding, context);
    if (written === undefined) return;
    const vectors = vectorsText(1, written.request.max);
    yield {
      title: `Ask for ${vectors} vectors, so that INTx will do`,
      edits: setProperty(context.tree, written.block, 'vectors', vectors),
    };
  },
};
