/** The interrupt controllers of a spec on another platform: one block, with its defaults. */
import { takeOut, takeOutOf } from '../../fixes/moved-text.ts';
import { freshName } from '../../fixes/places.ts';
import { propertyOf } from '../../schema/index.ts';
import { insertBeside, replaceSpan } from '../../syntax/edits.ts';
import { statementsIn } from '../../syntax/layout.ts';
import type { Block, TextEdit, Tree } from '../../syntax/tree.ts';
import type { Located } from '../../syntax/walk.ts';
import { type Change, type ChangeStep, topBlocks, type Way } from './change.ts';

/** One platform has one controller: the first block is kept and rewritten by {@link rewriteController}. */
export const dropFurtherControllers: ChangeStep = (tree) => {
  const further = topBlocks(tree, 'interrupt-controller').slice(1);
  if (further.length === 0) return undefined;
  return { edits: takeOut(tree, further), said: `interrupt-controller ${further.map(headerOf).join(', ')} left out` };
};

/** The controller's block. Between types of one family only the type changes, and what the new one does not have goes. */
export const rewriteController: ChangeStep = (tree, way) => {
  const [controller] = topBlocks(tree, 'interrupt-controller');
  if (controller === undefined) return addController(tree, way);
  if (way.isSameFamily && controller.node.type !== undefined) return retyped(tree, controller, way);
  const text = newController(controller, way);
  return {
    edits: [replaceSpan(controller, controller.node.span, text)],
    said: `${text} instead of ${headerOf(controller)}`,
  };
};

function addController(tree: Tree, way: Way): Change | undefined {
  const [hostBridge] = topBlocks(tree, 'host-bridge');
  if (hostBridge === undefined) return undefined;
  const text = newController(undefined, way);
  return { edits: insertBeside(tree, hostBridge, `${text}\n`, 'before'), said: `${text} added` };
}

function retyped(tree: Tree, controller: Located<Block>, { to }: Way): Change {
  const { type } = controller.node;
  const gone = statementsIn(controller).filter(
    ({ node }) =>
      node.node === 'property' &&
      propertyOf('interrupt-controller', node.key.text) !== undefined &&
      propertyOf('interrupt-controller', node.key.text, to.type) === undefined,
  );
  const edits: TextEdit[] = gone.length === 0 ? [] : [...takeOutOf(tree, controller, gone)];
  if (type !== undefined) edits.push(replaceSpan(controller, type.span, to.type));
  const keys = gone.flatMap(({ node }) => (node.node === 'property' ? node.key.text : []));
  const without = keys.length === 0 ? '' : `, without ${keys.join(', ')}`;
  return { edits, said: `${to.type} instead of ${headerOf(controller)}${without}` };
}

/** The block of the platform's controller as most machines have it; with ITSs, one for each PCI segment. */
function newController(controller: Located<Block> | undefined, { to, machine, names }: Way): string {
  const taken = new Set(names);
  for (const old of machine.controllers) {
    taken.delete(old.name ?? '');
    if ('itses' in old) for (const { name } of old.itses) taken.delete(name ?? '');
  }
  const own = controller?.node.name?.text;
  const name = freshName(taken, own?.startsWith(to.name) ? own : to.name);
  if (to.family !== 'its') return `interrupt-controller ${name} : ${to.type}`;
  const segments = new Set(machine.hostBridges.map(({ segment }) => segment));
  const itses = Array.from({ length: Math.max(1, segments.size) }, (_, i) => `its ${freshName(taken, `its${i}`)}`);
  return `interrupt-controller ${name} : ${to.type} { ${itses.join('; ')} }`;
}

/** `gic : gicv3` */
function headerOf({ node: { name, type } }: Located<Block>): string {
  return [name?.text, type && `: ${type.text}`].filter(Boolean).join(' ');
}
