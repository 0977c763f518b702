import type { Its } from '../model/machine.ts';
import { deviceIdGroups } from '../rules/sharing.ts';
import { setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { blockOf, fact } from './places.ts';

export const widenDeviceIdBits: Fix = {
  id: 'widen-device-id-bits',
  rules: ['devid-out-of-table', 'devid-gicv4-proxy'],
  safety: 'review',
  doc: 'Gives an ITS as many DeviceID bits as the DeviceIDs in use need, in a two-level table where a flat one is too short.',
  *propose(finding, context) {
    const fn = finding.functions?.[0];
    const group = deviceIdGroups(context).find(({ sharers }) => sharers.some((sharer) => sharer.fn === fn));
    const its = group?.its;
    if (its === undefined) return;
    yield* widened(context, its, fact(finding, 'needs') ?? its.deviceIdBits + 1);
  },
};

/** Ways to give an ITS room for DeviceIDs of so many bits. */
export function* widened(context: FixContext, its: Its, bits: number): Iterable<Proposal> {
  const block = blockOf(context, its.decl);
  if (block === undefined) return;
  const name = its.name ?? 'the ITS';
  const wider = bits > its.deviceIdBits ? setProperty(context.tree, block, 'device-id-bits', `${bits}`) : [];
  if (wider.length > 0)
    yield { title: `Give ${name} ${bits} DeviceID bits instead of ${its.deviceIdBits}`, edits: wider };
  if (its.indirect) return;
  yield {
    title: `Give ${name} a two-level device table`,
    edits: setProperty(context.tree, block, 'indirect', 'true'),
  };
}
