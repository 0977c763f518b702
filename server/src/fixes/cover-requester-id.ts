import { hex } from '../rules/sharing.ts';
import { insertBeside } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, fact, functionsOf, hostBridgeOf } from './places.ts';

export const coverRequesterId: Fix = {
  id: 'cover-requester-id',
  rules: ['devid-msi-map-miss'],
  safety: 'review',
  doc: 'Adds an msi-map entry for a requester ID that none covers: it writes down the DeviceID that Linux takes anyway.',
  *propose(finding, context) {
    const [fn] = functionsOf(finding, context);
    const hostBridge = fn && hostBridgeOf(context, fn);
    const id = fact(finding, 'requesterId');
    if (hostBridge?.msi.by !== 'map' || id === undefined) return;
    const last = hostBridge.msi.entries.at(-1);
    const block = last && blockOf(context, last.decl);
    if (last === undefined || block === undefined) return;
    const bus = id & 0xff00;
    for (const { first, end, what } of [
      { first: id, end: id, what: `requester ID ${hex(id)}` },
      { first: bus, end: bus | 0xff, what: `all requester IDs of bus ${hex(id >> 8).slice(-2)}` },
    ]) {
      const ids = first === end ? hex(first) : `${hex(first)}..${hex(end)}`;
      const entry = `msi-map ${last.its.name} { requester-ids = ${ids}; device-ids = ${hex(first)} }`;
      yield { title: `Add an msi-map entry for ${what}`, edits: insertBeside(context.tree, block, entry, 'after') };
    }
  },
};
