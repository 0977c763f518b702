/** From a function to what the interrupt controller sees of it: requester ID, alias, msi-map, DeviceID. */
import { err, ok, type Result } from '../base/result.ts';
import type { Requester } from '../controllers/controller.ts';
import type { HostBridge } from '../model/machine.ts';
import { msiTargetOf } from '../pci/msi-map.ts';
import { foundBelow } from '../pci/neighbours.ts';
import { aliasCapabilitySum, requesterOf } from '../pci/requester.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import type { MachineState } from './state.ts';

/** ENODEV: not found by the kernel, or without an MSI domain; EFAULT, EINVAL: no way from its requester ID to a controller. */
export function resolveRequester(state: MachineState, fn: FunctionIndex): Result<Requester> {
  const { topology, enumeration } = state;
  const node = topology.functions[fn]?.node;
  const path = requesterOf(topology, enumeration, fn);
  const hostBridge = hostBridgeOf(topology, topology.functions[fn]);
  if (path === undefined || node === undefined || hostBridge === undefined) return err('ENODEV');
  if (topology.functions[fn]?.node.remapped === false) return err('ENODEV');
  const target = msiTargetOf(topology.machine, hostBridge, path.aliasedRequesterId);
  if (!target.ok) return target;
  const { controller, its, deviceId } = target.value;
  const { aliasBridge } = path;
  return ok({
    fn,
    requesterId: path.requesterId,
    aliasedRequesterId: path.aliasedRequesterId,
    aliasBridge,
    controller: topology.machine.controllers.indexOf(controller),
    its: its === undefined || controller.type !== 'gicv3' ? 0 : controller.itses.indexOf(its),
    deviceId,
    remappingUnit: hostBridge.remappingUnit,
    numaNode: topology.functions[fn]?.node.numaNode,
    aliasCapabilitySum: aliasBridge === undefined ? noSum : sumBelow(state, aliasBridge),
    segment: hostBridge.segment,
    capabilities: node.capabilities,
    neighbours: () => foundBelow(topology, enumeration, hostBridge),
  });
}

const noSum = () => 0;

function sumBelow({ topology, enumeration }: MachineState, bridge: FunctionIndex): () => number {
  return () => aliasCapabilitySum(topology, enumeration, bridge);
}

/** The host bridge a function hangs below; undefined for one that stands nowhere. */
export function hostBridgeOf(topology: Topology, fn: PciFunction | undefined): HostBridge | undefined {
  return fn === undefined ? undefined : topology.rootBuses[fn.rootBus]?.hostBridge;
}
