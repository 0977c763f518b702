/** Vectors that ports and bridges take for themselves: port services (pcie/portdrv.c), standard hot-plug (hotplug/shpc_hpc.c). */
import type { PciNode, Request, RuleSet } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { allocateVectors } from './allocate.ts';
import { freeVectors } from './free.ts';
import { enableLine } from './io-apic.ts';
import { noted, type StepLog } from './log.ts';
import { callOf, vectorRequest } from './probe.ts';
import { requestIrqs } from './request-irq.ts';
import type { Call } from './run.ts';
import { changeFunction, countVectors, functionState, isFound, type MachineState } from './state.ts';

/** PCIE_PORT_MAX_MSI_ENTRIES, drivers/pci/pcie/portdrv.h. */
const mostPortVectors = 32;

/** Binds the driver that bridges of this kind have: pcieport to ports, shpchp to bridges with an SHPC. */
export function bindBridge(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const node = state.topology.functions[fn]?.node;
  if (node === undefined || !isFound(state, fn) || functionState(state, fn).driver !== undefined) return state;
  if (isPort(node)) {
    const bound = bind(state, fn, 'pcieport', log);
    return hasServices(node, state.topology.machine.rules) ? portServices(bound, fn, node, log) : bound;
  }
  if (node.bridge?.hotplug !== 'shpc') return state;
  return hotplugController(bind(state, fn, 'shpchp', log), fn, log);
}

function bind(state: MachineState, fn: FunctionIndex, driver: string, log: StepLog): MachineState {
  return noted(log, enableLine(changeFunction(state, fn, { driver, errno: 'none' }), fn));
}

/** Whether a function is bound by {@link bindBridge} rather than probed. */
export function isBridge(node: PciNode): boolean {
  return node.bridge !== undefined;
}

function isPort(node: PciNode): boolean {
  return node.kind === 'root-port' || node.kind === 'switch' || node.kind === 'downstream-port';
}

/**
 * Whether the port has a service that needs an interrupt (get_port_device_capability). A root port has PME and AER; a downstream
 * port hot-plug. An upstream port had AER up to 6.1; later only root ports and event collectors have.
 */
function hasServices(node: PciNode, rules: RuleSet): boolean {
  if (node.kind === 'root-port' || rules === '6.1') return true;
  return hotplugs(node);
}

/**
 * pcie_port_enable_irq_vec: as many vectors as there are, at most 32; if the services use fewer, all are freed and exactly
 * those allocated; if their message numbers need more than there are, INTx. With MSI the port moves its message numbers to as many
 * messages as are enabled (PCIe 5.0, 7.5.3.2, Interrupt Message Number; ioh3420_aer_vector, hw/pci-bridge/ioh3420.c;
 * x86-ports-noir-smp2), so it never comes to that where the capability is large enough.
 */
function portServices(state: MachineState, fn: FunctionIndex, node: PciNode, log: StepLog): MachineState {
  const { msi, msix } = node.capabilities;
  const needed = node.bridge?.serviceVectors ?? 1;
  let current = state;
  if (msi > 0 || msix > 0) {
    const first = tryAllocate(current, fn, 'port', anyMessages, 0, log);
    current = first.state;
    const moves = functionState(current, fn).mode === 'msi' && msi >= needed;
    if (first.granted > needed) {
      current = noted(log, freeVectors(current, fn));
      const second = tryAllocate(current, fn, 'port', exactMessages(needed), 1, log);
      current = second.state;
    } else if (first.granted < needed && first.granted > 0 && !moves) {
      current = noted(log, freeVectors(current, fn));
    }
  }
  if (functionState(current, fn).mode === 'none') {
    current = tryAllocate(current, fn, 'port', lineInterrupt, 2, log).state;
  }
  return servesHandlers(node) ? requestAll(current, fn, log) : current;
}

/** An upstream port's services ask for a vector on 6.1 and then put no handler on it (linux-6.1-ports). */
function servesHandlers(node: PciNode): boolean {
  return node.kind === 'root-port' || hotplugs(node);
}

function hotplugs(node: PciNode): boolean {
  return node.kind === 'downstream-port' && node.bridge?.hotplug === 'native';
}

/** shpc_init: pci_enable_msi, which is one MSI exactly; without it the INTx line. */
function hotplugController(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const hasMsi = (state.topology.functions[fn]?.node.capabilities.msi ?? 0) > 0;
  const enabled = hasMsi ? tryAllocate(state, fn, 'shpc', oneMessage, 0, log) : { state, granted: 0 };
  const current =
    enabled.granted > 0 ? enabled.state : tryAllocate(enabled.state, fn, 'shpc', lineInterrupt, 1, log).state;
  return requestAll(current, fn, log);
}

function tryAllocate(
  state: MachineState,
  fn: FunctionIndex,
  by: Call['by'],
  request: Request,
  rung: number,
  log: StepLog,
): { state: MachineState; granted: number } {
  const allocation = allocateVectors(state, fn, vectorRequest(request));
  log.calls.push(callOf(fn, by, request, { call: 0, rung }, allocation));
  return { state: noted(log, allocation), granted: allocation.granted };
}

function requestAll(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const { mode, vectors } = functionState(state, fn);
  if (mode === 'none') return state;
  const count = mode === 'intx' ? 1 : countVectors(vectors);
  return noted(log, requestIrqs(state, fn, 0, count - 1));
}

const shared = {
  decl: undefined,
  affinity: 'spread',
  pre: 0,
  post: 0,
  sets: 1,
  entries: undefined,
  irqs: undefined,
} as const;
const anyMessages: Request = { ...shared, mode: 'msix', min: 1, max: mostPortVectors, fallback: ['msi'] };
const oneMessage: Request = { ...shared, mode: 'msi', min: 1, max: 1, fallback: [] };
const lineInterrupt: Request = { ...shared, mode: 'intx', min: 1, max: 1, fallback: [] };

const exactly = new Map<number, Request>();

/** The one request for so many vectors exactly: calls are kept by the thousand, so they share it. */
function exactMessages(count: number): Request {
  const known = exactly.get(count);
  if (known !== undefined) return known;
  const made: Request = { ...anyMessages, min: count, max: count };
  exactly.set(count, made);
  return made;
}
