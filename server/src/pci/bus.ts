/** What kind of bus stands behind what: which devices fit on it, and where counting starts. */
import type { HostBridge, Machine, PciNode } from '../model/machine.ts';
import type { FunctionIndex, PciFunction, Topology } from './topology.ts';

export const DEVICES_PER_BUS = 32;
export const FUNCTIONS_PER_DEVICE = 8;
export const FUNCTIONS_PER_BUS = DEVICES_PER_BUS * FUNCTIONS_PER_DEVICE;

/** One bus of ECAM, PCIE_ECAM_BUS_SHIFT 20 (include/linux/pci-ecam.h). */
export const ECAM_BYTES_PER_BUS = 1 << 20;
/** A segment's buses are 0..255. */
export const MAX_BUS = 255;

/** device << 3 | function */
export const devfnOf = (fn: { readonly device: number; readonly function: number }): number =>
  (fn.device << 3) | fn.function;

/** `1d.0`, in hexadecimal as lspci prints it. */
export const addressText = (devfn: number): string =>
  `${(devfn >> 3).toString(16).padStart(2, '0')}.${(devfn & 7).toString(16)}`;

/** `02:1d.0` of a requester ID. */
export const requesterIdText = (requesterId: number): string =>
  `${(requesterId >> 8).toString(16).padStart(2, '0')}:${addressText(requesterId & 0xff)}`;

/** `0x0200` */
export const hex = (number: number, digits = 4): string => `0x${number.toString(16).padStart(digits, '0')}`;

/** Root and downstream ports: one link, one device. */
export const isPort = (node: PciNode): boolean => node.kind === 'root-port' || node.kind === 'downstream-port';

/** Only device 0 is looked for behind it (only_one_child, drivers/pci/probe.c): a port that does not forward ARI. */
export const takesOneDevice = (node: PciNode): boolean => isPort(node) && node.bridge?.ari !== true;

/** The bus behind it is a conventional one. */
export const isConventionalBus = (node: PciNode): boolean =>
  node.kind === 'pcie-pci-bridge' || node.kind === 'pci-bridge';

/** Lowest device number given without `at`: 0 is the host bridge's own, or no slot of an SHPC (facts: QEMU hw/pci/shpc.c). */
export const firstDeviceBelow = (node: PciNode | undefined): number =>
  node === undefined || node.bridge?.hotplug === 'shpc' ? 1 : 0;

/** QEMU's host bridges but sPAPR's are themselves function 00.0 of their root bus. */
export const hostBridgeTakesSlotZero = (machine: Machine): boolean =>
  machine.machineType !== undefined ? machine.machineType.family !== 'pseries' : machine.vmm !== undefined;

/** Last bus that the ECAM window and `bus-range` reach; below the first one when there is none (pci_ecam_create). */
export function lastBusOfWindow(hostBridge: HostBridge): number {
  const first = hostBridge.busRange?.first ?? 0;
  const lastOfEcam = first + Math.floor(hostBridge.ecamBytes / ECAM_BYTES_PER_BUS) - 1;
  return Math.min(lastOfEcam, hostBridge.busRange?.last ?? MAX_BUS, MAX_BUS);
}

/** What stands on the same bus, in order of device.function. */
export function siblingsOf(topology: Topology, fn: PciFunction): readonly FunctionIndex[] {
  const owner = fn.parent === undefined ? topology.rootBuses[fn.rootBus] : topology.functions[fn.parent];
  return owner?.children ?? [];
}

/** The name of what makes the bus that `fn` is on. */
export function busOwnerName(topology: Topology, fn: PciFunction): string {
  if (fn.parent !== undefined) return topology.functions[fn.parent]?.name ?? '';
  const root = topology.rootBuses[fn.rootBus];
  if (root?.expander !== undefined) return topology.functions[root.expander]?.name ?? '';
  return root ? hostBridgeName(root.hostBridge) : '';
}

export const hostBridgeName = (hostBridge: HostBridge): string =>
  hostBridge.name ?? `the host bridge of segment ${hostBridge.segment}`;
