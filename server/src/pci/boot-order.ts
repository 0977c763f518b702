/** In which order functions are served. */
import { devfnOf, isPort } from './bus.ts';
import type { Enumeration } from './enumeration.ts';
import type { TreeShape } from './shape.ts';
import type { FunctionIndex, PciFunction, Topology } from './topology.ts';

export interface BootOrder {
  /** Ports and SHPC bridges, in the order in which their drivers take vectors. */
  readonly ports: readonly FunctionIndex[];
  /** Endpoints and VFs, in bus order. */
  readonly endpoints: readonly FunctionIndex[];
}

/**
 * All functions found, all of a bus before the buses below it: the order of the scan, of a rescan and of probing
 * (pci_bus_add_devices, drivers/pci/bus.c). Root buses as the firmware announces them: with devicetree in file order,
 * with ACPI from the highest number down.
 */
export function enumerationOrder(topology: Topology, enumeration: Enumeration): readonly FunctionIndex[] {
  const order: FunctionIndex[] = [];
  for (const root of rootBusesInOrder(topology)) walk(topology, enumeration, root, order);
  return order;
}

/**
 * Devicetree: the host bridge is scanned when all drivers are there, so each function is served where the walk meets
 * it. ACPI: it is scanned first; then the port driver serves all ports, and after it the SHPC driver all bridges.
 */
export function bootOrder(topology: Topology, enumeration: Enumeration): BootOrder {
  const known = orders.get(enumeration);
  if (known?.shape === topology.shape) return known.order;
  const order = makeBootOrder(topology, enumeration);
  orders.set(enumeration, { shape: topology.shape, order });
  return order;
}

/** Boot and rules ask for the same one, and so does a later topology that is built alike. */
const orders = new WeakMap<Enumeration, { readonly shape: TreeShape; readonly order: BootOrder }>();

function makeBootOrder(topology: Topology, enumeration: Enumeration): BootOrder {
  const ports: FunctionIndex[] = [];
  const shpcBridges: FunctionIndex[] = [];
  const endpoints: FunctionIndex[] = [];
  const mixed = topology.machine.firmware === 'devicetree';
  for (const index of enumerationOrder(topology, enumeration)) {
    const fn = topology.functions[index];
    if (fn === undefined) continue;
    if (fn.node.bridge === undefined) endpoints.push(index);
    else if (hasPortDriver(fn)) ports.push(index);
    else if (fn.node.bridge.hotplug === 'shpc') (mixed ? ports : shpcBridges).push(index);
  }
  return { ports: ports.concat(shpcBridges), endpoints };
}

/**
 * `fn`, its VFs and what is below, as far as found, in the order of removal: the last function first, and a bridge after
 * what is behind it (pci_stop_bus_device, drivers/pci/remove.c; pciehp_unconfigure_device).
 */
export function removalOrder(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): readonly FunctionIndex[] {
  const order: FunctionIndex[] = [];
  const leave = (index: FunctionIndex) => {
    const leaving = topology.functions[index];
    if (leaving === undefined || !enumeration.buses.has(index)) return;
    leaveBus(leaving.children);
    order.push(index);
  };
  // VFs were added last to their bus's list, which is walked backwards.
  const leaveBus = (children: readonly FunctionIndex[]) => {
    const reversed = children.toReversed();
    for (const child of reversed) topology.functions[child]?.vfs.toReversed().forEach(leave);
    reversed.forEach(leave);
  };
  leaveBus([fn]);
  return order;
}

/** Bound to pcieport: ports of either kind, and a switch's upstream port. */
export const hasPortDriver = (fn: PciFunction): boolean => isPort(fn.node) || fn.node.kind === 'switch';

function rootBusesInOrder(topology: Topology): readonly (readonly FunctionIndex[])[] {
  const roots = [...topology.rootBuses];
  if (topology.machine.firmware === 'acpi') {
    roots.sort((a, b) => a.hostBridge.segment - b.hostBridge.segment || b.bus - a.bus);
  }
  return roots.map((root) => root.children);
}

/** What was found on a bus, then bus by bus what is behind its bridges. VFs stand on the bus by requester ID. */
function walk(
  topology: Topology,
  enumeration: Enumeration,
  children: readonly FunctionIndex[],
  order: FunctionIndex[],
): void {
  const first = order.length;
  let withVfs = false;
  for (const index of children) {
    if (!enumeration.buses.has(index)) continue;
    order.push(index);
    for (const vf of topology.functions[index]?.vfs ?? NONE) {
      if (!enumeration.buses.has(vf)) continue;
      order.push(vf);
      withVfs = true;
    }
  }
  if (withVfs) sortFrom(first, topology, order);
  const end = order.length;
  for (let i = first; i < end; i++) {
    const below = topology.functions[order[i] ?? -1]?.children ?? NONE;
    if (below.length > 0) walk(topology, enumeration, below, order);
  }
}

const NONE: readonly FunctionIndex[] = [];

function sortFrom(first: number, topology: Topology, order: FunctionIndex[]): void {
  const place = (index: FunctionIndex) => {
    const fn = topology.functions[index];
    return fn === undefined ? 0 : placeOnBus(fn);
  };
  const sorted = order.splice(first).sort((a, b) => place(a) - place(b));
  for (const index of sorted) order.push(index);
}

const placeOnBus = (fn: PciFunction): number => ((fn.vf?.busOffset ?? 0) << 8) | devfnOf(fn);
