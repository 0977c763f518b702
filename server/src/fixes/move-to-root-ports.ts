import { size } from '../base/intervals.ts';
import type { HostBridge, PciNode } from '../model/machine.ts';
import type { PciFunction } from '../pci/topology.ts';
import { afterBoot } from '../rules/headroom.ts';
import { itsStateOf } from '../rules/outcomes.ts';
import type { Finding } from '../rules/rule.ts';
import { at, deviceIdGroups } from '../rules/sharing.ts';
import { counted } from '../rules/words.ts';
import { insertBeside, setProperty } from '../syntax/edits.ts';
import { ownsLines, statementsIn } from '../syntax/layout.ts';
import type { Block, TextEdit } from '../syntax/tree.ts';
import { isBlock, type Located, tokensOf } from '../syntax/walk.ts';
import { roomForBuses } from './buses.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { wantedPort } from './moved-function.ts';
import { replaceStatement, takeOut } from './moved-text.ts';
import { hasGap, planPorts } from './new-ports.ts';
import { bridgesAbove, buses, declOf, functionsOf, hostBridgeOf, joined, nodeOf, pathTo } from './places.ts';

export const moveToRootPorts: Fix = {
  id: 'move-to-root-ports',
  rules: [
    'hotplug-headroom-insufficient',
    'hotplug-headroom-none',
    'itt-exhausted',
    'itt-partial',
    'itt-created-by-smaller',
    'itt-fragmented-multi-msi',
    'shared-itt-order-dependent',
    'devid-collides-with-bridge-own-msi',
    'devid-aliased-by-bridge',
    'gicv5-devid-shared',
    'irte-exhausted-amd',
    'stale-itt-inherited',
    'port-overcommitted',
    'pcie-only-on-conventional',
  ],
  safety: 'review',
  doc: 'Gives functions that share the DeviceID of a bridge new root ports, and so DeviceIDs and tables of their own: as few ports as will do.',
  *propose(finding, context) {
    const from = whereFrom(finding, context);
    const hostBridge = from && hostBridgeOf(context, from.bridge);
    if (from === undefined || hostBridge === undefined) return;
    const below = functionNodes(from.bridge.node);
    const seen = new Set<number>();
    for (const nodes of choices(from, below)) {
      // Each choice holds the one before.
      if (nodes.length === 0 || seen.has(nodes.length)) continue;
      const all = nodes.length === below.length;
      const proposal = move(context, hostBridge, from.bridge, nodes, all);
      if (proposal) yield { ...proposal, otherwise: seen.size > 0 && !all };
      seen.add(nodes.length);
    }
  },
};

interface From {
  /** The bridge or port that the functions leave. */
  readonly bridge: PciFunction;
  /** Who suffers; undefined: everybody below. */
  readonly victim: PciNode | undefined;
}

function whereFrom(finding: Finding, context: FixContext): From | undefined {
  const [first] = functionsOf(finding, context);
  if (finding.rule === 'port-overcommitted') {
    const decl = declOf(finding);
    const victim = decl && nodeOf(context, decl);
    const around = decl && pathTo(context, decl).at(-2);
    const port = around && context.topology.functions.find(({ node }) => node.decl.node === around.node);
    return port && { bridge: port, victim };
  }
  if (first === undefined) return undefined;
  const physical = first.vf === undefined ? first : at(context.topology, first.vf.physical);
  if (physical.node.bridge !== undefined) return { bridge: physical, victim: undefined };
  const bridges = [...bridgesAbove(context, physical)];
  const aliasing = bridges.findLast(({ node }) => node.bridge?.alias !== 'none');
  const bridge = aliasing ?? (finding.rule === 'pcie-only-on-conventional' ? bridges[0] : undefined);
  return bridge && { bridge, victim: physical.node };
}

/** What to move, least first. */
function* choices({ victim }: From, below: readonly PciNode[]): Iterable<readonly PciNode[]> {
  if (victim !== undefined) {
    const position = below.indexOf(victim);
    yield [victim];
    yield below.filter((node, i) => i >= position && (node.hotplug || !victim.hotplug));
    if (victim.hotplug) yield below.filter((node) => node.hotplug);
  }
  yield below;
}

/** The endpoints declared below a bridge, at any depth. */
function functionNodes(bridge: PciNode): readonly PciNode[] {
  return bridge.children.flatMap((node) => (node.kind === 'endpoint' ? [node] : functionNodes(node)));
}

function move(
  context: FixContext,
  hostBridge: HostBridge,
  bridge: PciFunction,
  nodes: readonly PciNode[],
  all: boolean,
): Proposal | undefined {
  const { tree } = context;
  const path = pathTo(context, bridge.node.decl);
  const [root, top] = path;
  const blocks = nodes.map((node) => pathTo(context, node.decl).at(-1));
  const present = blocks.filter((block) => block !== undefined);
  if (root === undefined || top === undefined || present.length < nodes.length) return undefined;

  const goes = all ? removable(context, path) : undefined;
  const wanted = nodes.flatMap((node, i) => {
    const block = present[i];
    return block ? [wantedPort(context, node, block)] : [];
  });
  const ports = wanted.reduce((sum, { count }) => sum + count, 0);
  const leaving = goes?.top === true ? topFunction(context, bridge) : undefined;
  const plan = planPorts(context, hostBridge, wanted, leaving?.device);
  const ecam = roomForBuses(context, hostBridge, ports - (goes?.buses ?? 0));
  if (plan === undefined || ecam === undefined) return undefined;

  const removals = takeOut(tree, goes ? [goes.statement] : present);
  const unplugged = goes === undefined ? noHotplugLeft(context, bridge, path.at(-1), nodes) : [];
  const edits = [
    ...placed(context, root, top, goes?.statement === top, plan.texts, removals),
    ...unplugged,
    ...ecam.edits,
    ...plan.edits,
  ];
  const cost = [...portCost(ports, goes?.buses ?? 0), ecam.cost, plan.cost].filter((part) => part !== undefined);
  const who = nodes.length > 3 ? `the ${counted(ports, 'function')} below ${bridge.name}` : joined(nodes.map(nodeName));
  const single = ports === 1 ? 'a root port of its own' : 'root ports of their own';
  const then = [
    ...(goes ? [`remove ${goes.names}`] : []),
    ...(unplugged.length > 0 ? [`turn hot-plug off below ${bridge.name}`] : []),
  ].join(' and ');
  const stays = all && goes === undefined ? `; ${bridge.name} stays, empty` : '';
  return { title: `Give ${who} ${single}${then && ` and ${then}`} (${cost.join(', ')}${stays})`, edits };
}

/** What a function is called in a title. */
const nodeName = ({ name, count, type }: PciNode): string =>
  name === undefined ? (type ?? 'the function') : count === undefined ? name : `${name}[0..${count - 1}]`;

function* portCost(ports: number, fewer: number): Iterable<string> {
  const more = ports - fewer;
  if (fewer === 0) {
    yield `${ports} more ${ports === 1 ? 'port and bus' : 'ports and buses'}`;
    return;
  }
  yield counted(ports, 'new port');
  yield more < 0 ? `${buses(-more)} fewer` : buses(more, 'more ');
}

/** The new ports after the top-level ancestor of the bridge, or behind all that would change its slot otherwise. */
function placed(
  context: FixContext,
  root: Located<Block>,
  top: Located<Block>,
  replaced: boolean,
  texts: readonly string[],
  removals: readonly TextEdit[],
): readonly TextEdit[] {
  const { tree } = context;
  const siblings = statementsIn(root).filter(isBlock);
  const later = siblings.slice(siblings.findIndex(({ node }) => node === top.node) + 1);
  const anchor = later.findLast(({ node }) => node.at === undefined && node.kind.text !== 'msi-map') ?? top;
  const gap = hasGap(tree.text, anchor) || hasGap(tree.text, later[0]) ? '\n' : '';
  const [removal] = removals;
  if (replaced && anchor === top && removal !== undefined && ownsLines(tree.text, top)) {
    return replaceStatement(tree, top, texts.join(`\n${gap}`));
  }
  return [...insertBeside(tree, anchor, gap + texts.join(`\n${gap}`), 'after'), ...removals];
}

const topFunction = (context: FixContext, fn: PciFunction): PciFunction => [...bridgesAbove(context, fn)].at(-1) ?? fn;

interface Removable {
  readonly statement: Located<Block>;
  readonly names: string;
  /** Buses that are free then. */
  readonly buses: number;
  /** It stands on the root bus. */
  readonly top: boolean;
}

/** The bridge that all functions leave, with the port above it that has nothing else; undefined when a name is used elsewhere. */
function removable(context: FixContext, path: readonly Located<Block>[]): Removable | undefined {
  const bridge = path.at(-1);
  if (bridge === undefined) return undefined;
  const port = path.length > 2 ? path.at(-2) : undefined;
  const alone = port !== undefined && statementsIn(port).filter(isBlock).length === 1;
  const going = alone ? [port, bridge] : [bridge];
  if (going.some(({ node }) => isNamedElsewhere(context, node))) return undefined;
  return {
    statement: going[0] ?? bridge,
    names: joined(going.toReversed().map(({ node }) => node.name?.text ?? node.kind.text)),
    buses: going.length,
    top: path.length === (alone ? 3 : 2),
  };
}

function isNamedElsewhere({ tree }: FixContext, { name }: Block): boolean {
  if (name === undefined) return false;
  const said = tokensOf(tree.text).filter(({ from, to, kind }) =>
    kind === 'word'
      ? tree.text.slice(from, to) === name.text
      : kind === 'string' && tree.text.slice(from + 1, to - 1) === name.text,
  );
  return said.length > 1;
}

/** `hotplug = none` where no candidate is left and no event is free: nobody shall count on that bridge's slots. */
function noHotplugLeft(
  context: FixContext,
  bridge: PciFunction,
  block: Located<Block> | undefined,
  moved: readonly PciNode[],
): readonly TextEdit[] {
  if (block === undefined || bridge.node.bridge?.hotplug === 'none' || !moved.some(({ hotplug }) => hotplug)) return [];
  if (functionNodes(bridge.node).some((node) => node.hotplug && !moved.includes(node))) return [];
  const state = afterBoot(context);
  const group = deviceIdGroups(context).find((one) => one.bridge === bridge.index);
  if (group?.controller.type !== 'gicv3' || group.its === undefined) return [];
  const its = itsStateOf(state, context.machine.controllers.indexOf(group.controller));
  const device = its?.devices[group.controller.itses.indexOf(group.its)]?.get(group.deviceId);
  if (device === undefined || size(device.used) < device.lpiCount) return [];
  return setProperty(context.tree, block, 'hotplug', 'none');
}
