/**
 * Interrupt lines of PCI functions on machines with local APICs: enabling a function sets up the IO-APIC pin its line ends on
 * (acpi_pci_irq_enable, drivers/acpi/pci_irq.c; mp_map_gsi_to_irq, arch/x86/kernel/apic/io_apic.c), and a handler on the line
 * takes a vector like any other. Other machines have nothing to run short of there.
 */
import { done, noEffects, type Outcome } from '../controllers/controller.ts';
import type { ControllerState } from '../controllers/registry.ts';
import { dropPin, releasePin, requestPin, wakePin, type X86State } from '../controllers/x86-apic/index.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import type { Change } from './free.ts';
import type { Handled } from './request-irq.ts';
import { changeFunction, functionState, type MachineState } from './state.ts';

/** INTA to INTD. */
const pinsPerSlot = 4;
/** PIRQ A to D of the ICH9 are pins 16 to 19, E to H 20 to 23. */
const pirqA = 16;
const pirqE = 20;
/** Where the firmware of the pc machine routes its four links (SeaBIOS); the root buses of expanders have the same ones. */
const linkedPins = [10, 10, 11, 11];

/**
 * The IO-APIC pin that a function's INTA ends on; undefined without a line, or without local APICs. Each bridge on the way up
 * rotates by the slot (pci_swizzle_interrupt_pin, drivers/pci/pci.c); from the root bus it goes on as QEMU's q35 has it
 * (build_q35_routing_table, hw/i386/acpi-build.c) or its pc. Hardware is taken to be as q35 is.
 */
export function linePin(topology: Topology, fn: FunctionIndex): number | undefined {
  const { machine, functions, rootBuses } = topology;
  if (apicAt(machine.controllers) < 0) return undefined;
  let at = functions[fn];
  if (at === undefined || !at.node.capabilities.intx || at.vf !== undefined) return undefined;
  let rotation = 0;
  for (let parent = parentOf(topology, at); parent !== undefined; parent = parentOf(topology, at)) {
    if (parent.node.bridge?.ari !== true) rotation += at.device;
    at = parent;
  }
  const root = rootBuses[at.rootBus];
  if (root === undefined) return undefined;
  if (machine.machineType?.family === 'pc' || root.expander !== undefined) {
    return linkedPins[(at.device + rotation + pinsPerSlot - 1) % pinsPerSlot];
  }
  return q35Pin(at.device, rotation);
}

/** pci_enable_device: sets up the pin of the function's line. */
export function enableLine(state: MachineState, fn: FunctionIndex): Change {
  const pin = linePin(state.topology, fn);
  if (pin === undefined) return { state, effects: noEffects };
  const woken = onApic(state, (apic) => wakePin(apic, pin));
  return { state: changeFunction(woken.state, fn, { line: pin }), effects: woken.effects };
}

/** pci_disable_device: the pin, if no other function uses it, is taken down. */
export function disableLine(state: MachineState, fn: FunctionIndex): Change {
  const { line } = functionState(state, fn);
  if (line === undefined) return { state, effects: noEffects };
  const dropped = onApic(state, (apic) => dropPin(apic, line));
  return { state: changeFunction(dropped.state, fn, { line: undefined }), effects: dropped.effects };
}

/** request_irq of a function's line. ENOSPC: no CPU has a vector left. */
export function requestLine(state: MachineState, fn: FunctionIndex): Handled {
  const { line } = functionState(state, fn);
  if (line === undefined) return { state, effects: noEffects, errno: undefined };
  const requested = onApic(state, (apic) => requestPin(apic, line, fn));
  const { result } = requested;
  return { state: requested.state, effects: requested.effects, errno: result.ok ? undefined : result.errno };
}

/** free_irq of a function's line. */
export function releaseLine(state: MachineState, fn: FunctionIndex): Change {
  const { line } = functionState(state, fn);
  return line === undefined ? { state, effects: noEffects } : onApic(state, (apic) => releasePin(apic, line));
}

function parentOf({ functions }: Topology, { parent }: PciFunction): PciFunction | undefined {
  return parent === undefined ? undefined : functions[parent];
}

/** Slots 0 to 24 and 30 have PIRQ E to H, the first of them in turn; the others A to D. */
function q35Pin(slot: number, rotation: number): number {
  const inTurn = slot < 24 ? slot : 0;
  const base = slot <= 24 || slot === 30 ? pirqE : pirqA;
  return base + ((inTurn + rotation) % pinsPerSlot);
}

const apicAt = (controllers: readonly { readonly type: string }[]): number =>
  controllers.findIndex(({ type }) => type === 'x86-apic');

/** Does something at the local APICs of the machine. */
function onApic<T>(
  state: MachineState,
  operation: (apic: X86State) => Outcome<X86State, T>,
): Outcome<MachineState, T | undefined> {
  const at = apicAt(state.controllers);
  const apic: ControllerState | undefined = state.controllers[at];
  if (apic?.type !== 'x86-apic') return done(state, undefined);
  const outcome = operation(apic);
  if (outcome.state === apic) return { ...outcome, state };
  const controllers = state.controllers.slice();
  controllers[at] = outcome.state;
  return { ...outcome, state: { ...state, controllers } };
}
