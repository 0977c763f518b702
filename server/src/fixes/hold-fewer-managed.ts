import { counted } from '../rules/words.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { writtenRequest } from './requests.ts';

export const holdFewerManaged: Fix = {
  id: 'hold-fewer-managed',
  rules: ['x86-managed-exhausted'],
  safety: 'review',
  doc: 'Has a driver set fewer vectors aside on each CPU: fewer affinity sets, or none, so that its queues get vectors when they get handlers.',
  *propose(finding, context) {
    const written = writtenRequest(finding, context);
    if (written === undefined) return;
    const { node, request, block } = written;
    const name = node.name ?? node.type ?? 'the function';
    for (let sets = request.sets - 1; sets >= 1; sets--) {
      yield {
        title: `Spread the queues of ${name} in ${counted(sets, 'set')} instead of ${request.sets} (${counted(request.sets - sets, 'vector')} fewer on each CPU)`,
        edits: setProperty(context.tree, block, 'sets', `${sets}`),
        otherwise: sets < request.sets - 1,
      };
    }
    if (request.affinity !== 'managed') return;
    yield {
      title: `Give the queues of ${name} vectors when they get handlers (none set aside)`,
      edits: setProperty(context.tree, block, 'affinity', 'spread'),
    };
  },
};
