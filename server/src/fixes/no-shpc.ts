import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, functionsOf } from './places.ts';

export const noShpc: Fix = {
  id: 'no-shpc',
  rules: ['devid-collides-with-bridge-own-msi', 'hotplug-headroom-none'],
  safety: 'review',
  doc: "Turns off a bridge's hot-plug controller, and with it the bridge's own MSI and the slots nobody shall count on.",
  *propose(finding, context) {
    const [bridge] = functionsOf(finding, context);
    const block = bridge && blockOf(context, bridge.node.decl);
    if (bridge === undefined || block === undefined) return;
    yield {
      title: `Turn hot-plug off below ${bridge.name} (its slots take nothing while the machine runs)`,
      edits: setProperty(context.tree, block, 'hotplug', 'none'),
    };
  },
};
