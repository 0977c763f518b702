/** The declared functions of a machine, for rules that look at declarations rather than at what became of them. */
import type { HostBridge, Machine, PciNode, Request } from '../model/machine.ts';
import type { Place } from './rule.ts';

/** A declared function with what stands above it. */
export interface PlacedNode {
  readonly node: PciNode;
  /** The nearest declaration above with a secondary bus; undefined on a host bridge's root bus. */
  readonly parent: PciNode | undefined;
  /** Undefined for a top-level `hotplug endpoint`. */
  readonly hostBridge: HostBridge | undefined;
}

const nodesOf = new WeakMap<Machine, readonly PlacedNode[]>();

/** Every declared function, in file order, VFs after their physical function. Many rules ask, so the list is kept. */
export function eachNode(machine: Machine): readonly PlacedNode[] {
  const known = nodesOf.get(machine);
  if (known) return known;
  const all: PlacedNode[] = [];
  for (const hostBridge of machine.hostBridges) collect(hostBridge.children, undefined, hostBridge, all);
  collect(machine.unplaced, undefined, undefined, all);
  nodesOf.set(machine, all);
  return all;
}

function collect(
  nodes: readonly PciNode[],
  parent: PciNode | undefined,
  hostBridge: HostBridge | undefined,
  all: PlacedNode[],
): void {
  for (const node of nodes) {
    all.push({ node, parent, hostBridge });
    if (node.sriov) collect(node.sriov.vfs, parent, hostBridge, all);
    collect(node.children, node, hostBridge, all);
  }
}

/** A declared function, and the nearest declaration above with a secondary bus. */
type Found = Pick<PlacedNode, 'node' | 'parent'>;

const passing = new WeakMap<(node: PciNode) => boolean, WeakMap<PciNode, readonly Found[]>>();
const NONE: readonly Found[] = [];

/**
 * The declared functions that pass a test, in file order. What was found in a declaration is kept with it and the test, so a
 * later version of the spec costs what has changed.
 */
export function nodesWhere(machine: Machine, passes: (node: PciNode) => boolean): readonly PlacedNode[] {
  const known = passing.get(passes) ?? new WeakMap<PciNode, readonly Found[]>();
  passing.set(passes, known);
  const all: PlacedNode[] = [];
  const look = (nodes: readonly PciNode[], hostBridge: HostBridge | undefined): void => {
    for (const node of nodes)
      for (const found of foundIn(node, undefined, passes, known)) all.push({ ...found, hostBridge });
  };
  for (const hostBridge of machine.hostBridges) look(hostBridge.children, hostBridge);
  look(machine.unplaced, undefined);
  return all;
}

function foundIn(
  node: PciNode,
  parent: PciNode | undefined,
  passes: (node: PciNode) => boolean,
  known: WeakMap<PciNode, readonly Found[]>,
): readonly Found[] {
  const before = known.get(node);
  if (before !== undefined) return before;
  const found: Found[] = passes(node) ? [{ node, parent }] : [];
  for (const vf of node.sriov?.vfs ?? []) found.push(...foundIn(vf, parent, passes, known));
  for (const child of node.children) found.push(...foundIn(child, node, passes, known));
  const all = found.length === 0 ? NONE : found;
  known.set(node, all);
  return all;
}

/** Every call that a declared function's driver makes, with the rungs of its ladder. */
export function* requestsOf({ plan }: PciNode): Iterable<Request> {
  for (const call of plan) if (call.call === 'allocate') yield* call.ladder;
}

/** Where a finding about a request points: at its block, or at the function whose type's driver makes it. */
export const placeOf = (node: PciNode, request: Request | undefined): Place =>
  request?.decl === undefined ? { decl: node.decl, part: 'header' } : { decl: request.decl, part: 'header' };

/** Where a finding about the vectors asked for points. */
export const placeOfVectors = (node: PciNode, request: Request): Place =>
  request.decl === undefined ? { decl: node.decl, part: 'header' } : { decl: request.decl, part: { value: 'vectors' } };

/** What a function is called in messages. */
export const nameOf = (node: PciNode): string => node.name ?? (node.type ? `${node.kind} ${node.type}` : node.kind);
