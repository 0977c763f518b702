import { devfnOf } from '../pci/bus.ts';
import { roomForBuses } from './buses.ts';
import type { Fix } from './fix.ts';
import { wantedPort } from './moved-function.ts';
import { replaceStatement } from './moved-text.ts';
import { portAt } from './new-ports.ts';
import { blockOf, functionsOf, hostBridgeOf } from './places.ts';

export const insertRootPort: Fix = {
  id: 'insert-root-port',
  rules: ['endpoint-on-extra-root'],
  safety: 'review',
  doc: 'Puts a root port between the root bus of an expander and an endpoint that may not stand on it.',
  *propose(finding, context) {
    const [fn] = functionsOf(finding, context);
    const hostBridge = fn && hostBridgeOf(context, fn);
    const block = fn && blockOf(context, fn.node.decl);
    if (fn === undefined || hostBridge === undefined || block === undefined) return;
    const wanted = wantedPort(context, fn.node, block);
    const ecam = roomForBuses(context, hostBridge, wanted.count);
    if (ecam === undefined) return;
    const at = fn.node.at && devfnOf(fn.node.at);
    const text = portAt(context, wanted, at, fn.node.spread === 'functions' && wanted.count > 1);
    const cost = [`${wanted.count} more ${wanted.count === 1 ? 'port and bus' : 'ports and buses'}`, ecam.cost];
    yield {
      title: `Put ${wanted.count === 1 ? 'a root port' : 'root ports'} above ${fn.node.name ?? fn.name} (${cost.filter((part) => part !== undefined).join(', ')})`,
      edits: [...replaceStatement(context.tree, block, text), ...ecam.edits],
    };
  },
};
