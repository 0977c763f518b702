import { roundUpToPowerOfTwo } from '../base/powers.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { fact } from './places.ts';
import { offered, vectorsText, vectorsWords, writtenRequest } from './requests.ts';

export const roundVectors: Fix = {
  id: 'round-vectors',
  rules: ['lifecycle-multi-msi-leak', 'lifecycle-reinsert-fails', 'multi-msi-spares-assumed', 'irte-rounding-waste'],
  safety: 'review',
  doc: 'Asks for a power of two of MSI messages, so that nothing of the region is left over: the next larger one, or the next smaller.',
  *propose(finding, context) {
    const written = writtenRequest(finding, context);
    if (written === undefined) return;
    const { node, request, block } = written;
    const capability = offered(node, request.mode);
    const asked = Math.min(Math.max(request.max, request.irqs ?? 0), capability);
    const up = roundUpToPowerOfTwo(asked);
    for (const max of [up, up / 2]) {
      if (max > capability || max < 1 || (max === request.max && request.min <= max)) continue;
      const min = request.min === request.max ? max : Math.min(request.min, max);
      const cost = max > request.max ? `${max - request.max} more` : `${request.max - max} fewer`;
      yield {
        title: `Ask for ${vectorsWords(min, max)}, a power of two (${cost})`,
        edits: setProperty(context.tree, block, 'vectors', vectorsText(min, max)),
      };
    }
    const granted = fact(finding, 'granted');
    if (granted !== undefined && request.irqs !== undefined) {
      yield {
        title: `Request ${granted} interrupts, as many as there are messages`,
        edits: setProperty(context.tree, block, 'irqs', `${granted}`),
      };
    }
  },
};
