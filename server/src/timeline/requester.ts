/** From a function to what the interrupt controller sees of it: requester ID, alias, msi-map, DeviceID. */
import { err, ok, type Result } from '../base/result.ts';
import type { Requester } from '../controllers/controller.ts';
import type { HostBridge } from '../model/machine.ts';
import { msiTargetOf } from '../pci/msi-map.ts';
import { foundBelow } from '../pci/neighbours.ts';
import { aliasCapabilitySum, requesterIdsOf } from '../pci/requester.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import type { MachineState } from './state.ts';

/** ENODEV: not found by the kernel, or without an MSI domain; EFAULT, EINVAL: no way from its requester ID to a controller. */
export function resolveRequester(
  { topology, enumeration }: Pick<MachineState, 'topology' | 'enumeration'>,
  fn: FunctionIndex,
): Result<Requester> {
  const ids = requesterIdsOf(topology, enumeration, fn);
  const hostBridge = hostBridgeOf(topology, topology.functions[fn]);
  const node = topology.functions[fn]?.node;
  if (ids === undefined || node === undefined || hostBridge === undefined) return err('ENODEV');
  if (isUnremapped(topology, fn)) return err('ENODEV');
  const { requesterId, aliasedRequesterId, aliasBridge } = ids;
  const target = msiTargetOf(topology.machine, hostBridge, aliasedRequesterId);
  if (!target.ok) return target;
  const { controller, its, deviceId } = target.value;
  return ok({
    fn,
    requesterId,
    aliasedRequesterId,
    aliasBridge,
    controller: topology.machine.controllers.indexOf(controller),
    its: its === undefined || !('itses' in controller) ? 0 : controller.itses.indexOf(its),
    deviceId,
    remappingUnit: hostBridge.remappingUnit === 'none' ? undefined : hostBridge.remappingUnit,
    numaNode: node.numaNode,
    aliasCapabilitySum: aliasBridge === undefined ? 0 : aliasCapabilitySum(topology, enumeration, aliasBridge),
    segment: hostBridge.segment,
    capabilities: node.capabilities,
  });
}

/** The machine remaps interrupts, and the function is in the scope of no unit: it has no MSI domain. */
export function isUnremapped(topology: Topology, fn: FunctionIndex): boolean {
  const own = topology.functions[fn];
  if (own?.node.remapped === false) return true;
  if (hostBridgeOf(topology, own)?.remappingUnit !== 'none') return false;
  return topology.machine.controllers.some((one) => one.type === 'x86-apic' && one.remapping !== 'none');
}

/** Every function found below the host bridge of `fn`, itself included. */
export function neighboursOf({ topology, enumeration }: MachineState, fn: FunctionIndex): readonly PciFunction[] {
  const hostBridge = hostBridgeOf(topology, topology.functions[fn]);
  return hostBridge === undefined ? [] : foundBelow(topology, enumeration, hostBridge);
}

/** The host bridge a function hangs below; undefined for one that stands nowhere. */
export function hostBridgeOf(topology: Topology, fn: PciFunction | undefined): HostBridge | undefined {
  return fn === undefined ? undefined : topology.rootBuses[fn.rootBus]?.hostBridge;
}
