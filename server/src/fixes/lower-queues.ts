import { type Count, countOf, deviceType } from '../catalogue/index.ts';
import type { PciNode } from '../model/machine.ts';
import { asNumber } from '../model/values.ts';
import { counted } from '../rules/words.ts';
import { setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { blockOf, functionsOf } from './places.ts';
import { messageRequests } from './requests.ts';

/** Queues to try; a device has a vector for each, and one or two besides. */
const tried = [64, 48, 32, 24, 16, 12, 8, 4, 2, 1];

export const lowerQueues: Fix = {
  id: 'lower-queues',
  rules: [
    'x86-vector-exhausted',
    'x86-reservation-exceeds',
    'irte-exhausted',
    'irte-exhausted-amd',
    'v2m-spi-exhausted',
    'vmm-routes-exceeded',
  ],
  safety: 'review',
  doc: 'Gives a device fewer queues, and so its driver fewer vectors to ask for, where these follow the queues.',
  *propose(finding, context) {
    const [victim] = functionsOf(finding, context);
    if (victim !== undefined) yield* fewer(context, victim.node);
  },
};

function* fewer(context: FixContext, node: PciNode): Iterable<Proposal> {
  const type = node.type === undefined ? undefined : deviceType(node.type);
  const block = type?.queues === undefined ? undefined : blockOf(context, node.decl);
  const request = messageRequests(node).findLast(({ mode }) => mode !== 'intx');
  if (block === undefined || request === undefined || request.decl !== undefined) return;
  const own = context.topology.byNode.get(node)?.length ?? 1;
  const each = own > 1 ? ' each' : '';
  const now = asNumber(node.decl.values.get('queues')) ?? byDefault(context, type?.queues);
  let first = true;
  for (const queues of tried) {
    if (queues >= now) continue;
    yield {
      title: `Give ${node.name ?? type?.name ?? 'the device'} ${counted(queues, 'queue')}${each} instead of ${now}`,
      edits: setProperty(context.tree, block, 'queues', `${queues}`),
      otherwise: !first,
    };
    first = false;
  }
}

/** The type's own number on this machine; 0 where it has none. */
const byDefault = ({ machine }: FixContext, queues: Count | undefined): number =>
  queues === undefined ? 0 : countOf(queues, { ...machine, queues: undefined, hotplug: undefined });
