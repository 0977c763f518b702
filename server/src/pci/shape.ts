/**
 * How a PCI tree is built, whatever its functions can send and ask for. Typing a vector count changes a topology and leaves
 * its shape, so that what follows from the shape alone need not be worked out again.
 */
import { sameFields, sameItems } from '../base/same.ts';
import type { HostBridge, Machine, MsiMapEntry, MsiRouting, PciNode } from '../model/machine.ts';
import type { PciFunction, Topology } from './topology.ts';

/**
 * Topologies with the same one have the same bus numbers, requester IDs, aliases, DeviceIDs and boot order, the same functions
 * that send messages, and the same places.
 */
export interface TreeShape {
  readonly of: 'tree';
}

/** One that is like no other. */
export function newShape(): TreeShape {
  return { of: 'tree' };
}

/** The shape of a new topology: that of an earlier one where they are built alike. */
export function shapeOf(topology: Omit<Topology, 'shape' | 'byNode'>, previous: Topology | undefined): TreeShape {
  return previous !== undefined && builtAlike(topology, previous) ? previous.shape : newShape();
}

function builtAlike(a: Omit<Topology, 'shape' | 'byNode'>, b: Topology): boolean {
  if (a.functions.length !== b.functions.length || a.rootBuses.length !== b.rootBuses.length) return false;
  if (!sameMachine(a.machine, b.machine)) return false;
  for (let i = 0; i < a.rootBuses.length; i++) {
    const [own, other] = [a.rootBuses[i], b.rootBuses[i]];
    if (own === undefined || other === undefined) return false;
    const alike = own.expander === other.expander && own.bus === other.bus && own.lastBus === other.lastBus;
    if (!alike || !sameItems(own.children, other.children)) return false;
    if (!sameHostBridge(own.hostBridge, other.hostBridge)) return false;
  }
  for (let i = 0; i < a.functions.length; i++) {
    const [own, other] = [a.functions[i], b.functions[i]];
    if (own !== other && (own === undefined || other === undefined || !sameFunction(own, other))) return false;
  }
  return true;
}

/** What the scan, the firmware and the maps read of a machine. */
function sameMachine(a: Machine, b: Machine): boolean {
  return (
    a.rules === b.rules &&
    a.firmware === b.firmware &&
    sameFields(a.os, b.os) &&
    sameFields(a.vmm, b.vmm) &&
    a.machineType?.family === b.machineType?.family &&
    sameFields(a.machineType?.version, b.machineType?.version) &&
    sameFields(a.kernelOptions, b.kernelOptions) &&
    sameItems(a.controllers, b.controllers)
  );
}

function sameHostBridge(a: HostBridge, b: HostBridge): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.segment === b.segment &&
      a.ecamBytes === b.ecamBytes &&
      sameFields(a.busRange, b.busRange) &&
      a.msiBus === b.msiBus &&
      a.remappingUnit === b.remappingUnit &&
      sameRouting(a.msi, b.msi))
  );
}

function sameRouting(a: MsiRouting, b: MsiRouting): boolean {
  switch (a.by) {
    case 'none':
      return b.by === 'none';
    case 'parent':
      return b.by === 'parent' && a.controller === b.controller && a.its === b.its;
    case 'map':
      return b.by === 'map' && a.mask === b.mask && sameItems(a.entries, b.entries, sameEntry);
  }
}

const sameEntry = (a: MsiMapEntry, b: MsiMapEntry): boolean => sameFields(a, b);

function sameFunction(a: PciFunction, b: PciFunction): boolean {
  return (
    a.element === b.element &&
    a.name === b.name &&
    a.parent === b.parent &&
    a.rootBus === b.rootBus &&
    a.device === b.device &&
    a.function === b.function &&
    a.presentAtBoot === b.presentAtBoot &&
    sameFields(a.vf, b.vf) &&
    sameItems(a.children, b.children) &&
    sameItems(a.vfs, b.vfs) &&
    sameNode(a.node, b.node)
  );
}

/** All of a declaration but the sizes of its capabilities, its driver's plan and what is expected of it. */
function sameNode(a: PciNode, b: PciNode): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.count === b.count &&
      a.type === b.type &&
      a.hotplug === b.hotplug &&
      a.spread === b.spread &&
      a.multifunction === b.multifunction &&
      a.interface === b.interface &&
      a.numaNode === b.numaNode &&
      a.remapped === b.remapped &&
      a.pciId === b.pciId &&
      a.decl.values.has('alias') === b.decl.values.has('alias') &&
      sendsMessages(a) === sendsMessages(b) &&
      sameFields(a.at, b.at) &&
      sameFields(a.bridge, b.bridge) &&
      sameItems(a.dmaAliases, b.dmaAliases, sameFields) &&
      a.sriov?.totalVfs === b.sriov?.totalVfs &&
      a.sriov?.offset === b.sriov?.offset &&
      a.sriov?.stride === b.sriov?.stride)
  );
}

const sendsMessages = ({ capabilities: { msi, msix } }: PciNode): boolean => msi > 0 || msix > 0;
