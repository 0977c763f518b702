import type { PciNode } from '../model/machine.ts';
import { counted } from '../rules/words.ts';
import { roomForBuses } from './buses.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { appendInto, planPorts } from './new-ports.ts';
import { blockOf, buses, fact } from './places.ts';

export const addRootPorts: Fix = {
  id: 'add-root-ports',
  rules: ['hotplug-ports-short'],
  safety: 'review',
  doc: 'Adds the fewest free root ports that give every hot-plug candidate a slot and a table of its own.',
  *propose(finding, context) {
    const [asked, fit, missing] = [fact(finding, 'asked'), fact(finding, 'fit'), fact(finding, 'missing')];
    if (asked === undefined || fit === undefined || missing === undefined) return;
    for (const ports of new Set([missing, asked - fit])) {
      if (ports < 1) continue;
      for (const proposal of [growSpares(context, ports), addSpares(context, ports)]) {
        if (proposal) yield { ...proposal, otherwise: true };
      }
    }
  },
};

const title = (ports: number, more: readonly (string | undefined)[]): string =>
  `Add ${counted(ports, 'root port')} (${[buses(ports, 'more '), ...more].filter((part) => part !== undefined).join(', ')})`;

/** An array of empty ports is made longer. */
function growSpares(context: FixContext, ports: number): Proposal | undefined {
  const { machine } = context;
  for (const hostBridge of machine.hostBridges) {
    const spare = hostBridge.children.findLast(isSpareArray);
    const block = spare && blockOf(context, spare.decl);
    const [index] = block?.node.name?.indexes ?? [];
    const ecam = roomForBuses(context, hostBridge, ports);
    if (!spare?.count || block === undefined || index === undefined || ecam === undefined) continue;
    const count = {
      from: block.start + index.span.from,
      to: block.start + index.span.to,
      text: `[${spare.count + ports}]`,
    };
    return {
      title: title(ports, [`${spare.name} becomes ${spare.count + ports} long`, ecam.cost]),
      edits: [count, ...ecam.edits],
    };
  }
  return undefined;
}

const isSpareArray = ({ kind, count, children, bridge }: PciNode): boolean =>
  kind === 'root-port' && count !== undefined && children.length === 0 && bridge?.hotplug === 'native';

/** New ports at the end of a host bridge. */
function addSpares(context: FixContext, ports: number): Proposal | undefined {
  for (const hostBridge of context.machine.hostBridges) {
    const block = blockOf(context, hostBridge.decl);
    const ecam = roomForBuses(context, hostBridge, ports);
    const plan = planPorts(context, hostBridge, [{ for: 'spare', count: ports, array: ports > 1, body: '' }]);
    if (block === undefined || ecam === undefined || plan === undefined) continue;
    const edits = [...appendInto(context, block, plan.texts), ...ecam.edits, ...plan.edits];
    return { title: title(ports, [ecam.cost, plan.cost]), edits };
  }
  return undefined;
}
