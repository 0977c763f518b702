/** A declared function on its way below a root port of its own. */
import type { PciNode } from '../model/machine.ts';
import { NOWHERE } from '../pci/topology.ts';
import { propertyIn } from '../syntax/edits.ts';
import type { Block, TextEdit } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import { dropAt, dropCount, editedText, takeOut } from './moved-text.ts';
import type { WantedPort } from './new-ports.ts';

/** The port for it, or the array of ports: names such as `late[0]` stay what they are. */
export function wantedPort(context: FixContext, node: PciNode, block: Located<Block>): WantedPort {
  const count = context.topology.byNode.get(node)?.length ?? node.count ?? 1;
  const body = movedText(context, node, block);
  return { for: node.name ?? '', count, array: count > 1 || node.count !== undefined, body };
}

/** The declaration as it stands below a port: without a place, and with the count of its array gone to the port. */
function movedText(context: FixContext, node: PciNode, block: Located<Block>): string {
  const { tree, topology } = context;
  const spread = propertyIn(block, 'spread');
  const first = topology.functions[topology.byNode.get(node)?.[0] ?? -1];
  const comesLater = !node.hotplug && first !== undefined && first.rootBus !== NOWHERE && !first.presentAtBoot;
  const kind = block.start + block.node.kind.span.from;
  const edits: TextEdit[] = [
    ...(comesLater ? [{ from: kind, to: kind, text: 'hotplug ' }] : []),
    ...dropCount(block),
    ...dropAt(tree, block),
    ...(spread ? takeOut(tree, [spread]) : []),
  ];
  return editedText(tree, block, edits);
}
