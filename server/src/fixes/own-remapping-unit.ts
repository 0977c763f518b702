import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, functionsOf, hostBridgeOf } from './places.ts';

export const ownRemappingUnit: Fix = {
  id: 'own-remapping-unit',
  rules: ['irte-exhausted'],
  safety: 'review',
  doc: 'Puts a host bridge that shares an interrupt remapping unit with others behind a unit of its own.',
  *propose(finding, context) {
    const [victim] = functionsOf(finding, context);
    const hostBridge = victim && hostBridgeOf(context, victim);
    const block = hostBridge && blockOf(context, hostBridge.decl);
    if (hostBridge === undefined || block === undefined) return;
    const { hostBridges } = context.machine;
    const sharers = hostBridges.filter(({ remappingUnit }) => remappingUnit === hostBridge.remappingUnit);
    if (sharers.length < 2) return;
    const units = hostBridges.flatMap(({ remappingUnit }) => (remappingUnit === 'none' ? [] : [remappingUnit]));
    const unit = Math.max(...units) + 1;
    yield {
      title: `Put ${hostBridge.name ?? 'the host bridge'} behind a remapping unit of its own (unit ${unit})`,
      edits: setProperty(context.tree, block, 'remapping-unit', `${unit}`),
    };
  },
};
