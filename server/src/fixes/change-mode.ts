/** One message mode in place of the other in a written request. */

import type { Finding } from '../rules/rule.ts';
import { counted } from '../rules/words.ts';
import { propertyIn, removeStatement, replaceSpan, setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Proposal } from './fix.ts';

import { offered, vectorsText, writtenRequest } from './requests.ts';

export const MODE_NAMES = { msi: 'MSI', msix: 'MSI-X' } as const;

/** The request with its mode changed, clipped to what the function has of the new one; none where it has nothing. */
export function* changeMode(finding: Finding, context: FixContext, to: 'msi' | 'msix'): Iterable<Proposal> {
  const written = writtenRequest(finding, context);
  if (written === undefined) return;
  const { node, request, block } = written;
  const name = block.node.name;
  const available = offered(node, to);
  if (name === undefined || request.mode === to || available === 0) return;
  const max = Math.min(request.max, available);
  const min = Math.min(request.min, max);
  const clipped = max < request.max ? setProperty(context.tree, block, 'vectors', vectorsText(min, max)) : [];
  const fallback = propertyIn(block, 'fallback');
  const circular = fallback && request.fallback.length === 1 && request.fallback[0] === to;
  yield {
    title: `Ask for ${MODE_NAMES[to]} instead of ${MODE_NAMES[to === 'msi' ? 'msix' : 'msi']} (${counted(max, 'vector')})`,
    edits: [
      replaceSpan(block, name.span, to),
      ...clipped,
      ...(circular ? removeStatement(context.tree, fallback) : []),
    ],
  };
}
