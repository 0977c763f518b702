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

/** Every declared function, in file order, VFs after their physical function. */
export function* eachNode(machine: Machine): Iterable<PlacedNode> {
  for (const hostBridge of machine.hostBridges) yield* below(hostBridge.children, undefined, hostBridge);
  yield* below(machine.unplaced, undefined, undefined);
}

function* below(
  nodes: readonly PciNode[],
  parent: PciNode | undefined,
  hostBridge: HostBridge | undefined,
): Iterable<PlacedNode> {
  for (const node of nodes) {
    yield { node, parent, hostBridge };
    if (node.sriov) yield* below(node.sriov.vfs, parent, hostBridge);
    yield* below(node.children, node, hostBridge);
  }
}

/** Every call that a driver of a declared function makes, with the rungs of its ladder. */
export function* eachRequest(machine: Machine): Iterable<{ readonly node: PciNode; readonly request: Request }> {
  for (const { node } of eachNode(machine)) {
    for (const call of node.plan) {
      if (call.call === 'allocate') for (const request of call.ladder) yield { node, request };
    }
  }
}

/** Where a finding about a request points: at its block, or at the function whose type's driver makes it. */
export const placeOf = (node: PciNode, request: Request | undefined): Place =>
  request?.decl === undefined ? { decl: node.decl, part: 'header' } : { decl: request.decl, part: 'header' };

/** Where a finding about the vectors asked for points. */
export const placeOfVectors = (node: PciNode, request: Request): Place =>
  request.decl === undefined ? { decl: node.decl, part: 'header' } : { decl: request.decl, part: { value: 'vectors' } };

/** What a function is called in messages. */
export const nameOf = (node: PciNode): string => node.name ?? (node.type ? `${node.kind} ${node.type}` : node.kind);
