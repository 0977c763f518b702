import { deviceIdGroups } from '../rules/sharing.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
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
    const block = its && blockOf(context, its.decl);
    if (its === undefined || block === undefined) return;
    const needs = fact(finding, 'needs') ?? its.deviceIdBits + 1;
    const name = its.name ?? 'the ITS';
    const wider = needs > its.deviceIdBits ? setProperty(context.tree, block, 'device-id-bits', `${needs}`) : [];
    if (wider.length > 0)
      yield { title: `Give ${name} ${needs} DeviceID bits instead of ${its.deviceIdBits}`, edits: wider };
    if (its.indirect) return;
    yield {
      title: `Give ${name} a two-level device table`,
      edits: setProperty(context.tree, block, 'indirect', 'true'),
    };
  },
};
