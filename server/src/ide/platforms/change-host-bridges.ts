/** Where the messages of the host bridges go on another platform. */
import { takeOutOf } from '../../fixes/moved-text.ts';
import { propertyIn, setProperty } from '../../syntax/edits.ts';
import { statementsIn } from '../../syntax/layout.ts';
import type { Block, TextEdit, Tree } from '../../syntax/tree.ts';
import { isBlock, type Located } from '../../syntax/walk.ts';
import { type ChangeStep, topBlocks } from './change.ts';

/** Maps and parents that name what is gone. */
export const dropRoutes: ChangeStep = (tree, { isSameFamily, to }) => {
  const kept = new Set(isSameFamily ? targetsIn(tree) : []);
  const edits: TextEdit[] = [];
  const said: string[] = [];
  for (const bridge of topBlocks(tree, 'host-bridge')) {
    const statements = statementsIn(bridge);
    const routes = statements.filter((statement) => isRoute(statement) && !kept.has(targetOf(tree, statement)));
    const mask = propertyIn(bridge, 'msi-map-mask');
    const hasMaps = statements.some((one) => isMap(one) && !routes.includes(one));
    const gone = mask !== undefined && !hasMaps ? [...routes, mask] : routes;
    if (gone.length === 0) continue;
    edits.push(...takeOutOf(tree, bridge, gone));
    said.push(`${wordsOf(gone)} of ${nameOf(bridge)} left out`);
  }
  const why = to.family === 'its' ? '' : `: ${to.type} has no DeviceIDs`;
  return edits.length === 0 ? undefined : { edits, said: `${said.join(', ')}${why}` };
};

/** Segments count their requester IDs from 0 each: with several, each has an ITS of its own. */
export const routeSegments: ChangeStep = (tree, { isSameFamily, to }) => {
  const [controller] = topBlocks(tree, 'interrupt-controller');
  if (isSameFamily || to.family !== 'its' || controller === undefined) return undefined;
  const itses = itsNames(controller);
  if (itses.length < 2) return undefined;
  const itsOf = new Map<number, string>();
  const edits: TextEdit[] = [];
  const said: string[] = [];
  for (const bridge of topBlocks(tree, 'host-bridge')) {
    const segment = segmentOf(bridge);
    const its = itsOf.get(segment) ?? itses[itsOf.size];
    if (its === undefined) continue;
    itsOf.set(segment, its);
    edits.push(...setProperty(tree, bridge, 'msi-parent', its));
    said.push(`${nameOf(bridge)} goes to ${its}`);
  }
  return { edits, said: said.join(', ') };
};

const isMap = (statement: Located): boolean => isBlock(statement) && statement.node.kind.text === 'msi-map';

const isRoute = (statement: Located): boolean =>
  isMap(statement) || (statement.node.node === 'property' && statement.node.key.text === 'msi-parent');

/** The name that a map or a parent refers to. */
function targetOf({ text }: Tree, { node, start }: Located): string {
  if (node.node === 'block') return node.name?.text ?? '';
  return node.node === 'property' ? text.slice(start + node.value.span.from, start + node.value.span.to) : '';
}

/** What may take messages: the controller and its ITSs. */
const targetsIn = (tree: Tree): readonly string[] =>
  topBlocks(tree, 'interrupt-controller').flatMap((controller) => [
    controller.node.name?.text ?? '',
    ...itsNames(controller),
  ]);

const itsNames = (controller: Located<Block>): readonly string[] =>
  statementsIn(controller)
    .filter(isBlock)
    .filter(({ node }) => node.kind.text === 'its')
    .map(({ node }) => node.name?.text ?? '');

function segmentOf(bridge: Located<Block>): number {
  const value = propertyIn(bridge, 'segment')?.node.value;
  return value?.is === 'number' ? value.number : 0;
}

const nameOf = ({ node }: Located<Block>): string => node.name?.text ?? 'host-bridge';

function wordsOf(statements: readonly Located[]): string {
  const words = statements.flatMap(({ node }) =>
    node.node === 'block' ? node.kind.text : node.node === 'property' ? node.key.text : [],
  );
  return [...new Set(words)].join(', ');
}
