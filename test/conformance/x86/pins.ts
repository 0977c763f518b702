/** Which IO-APIC pin a function's line interrupt ends on, and who uses a pin before the first step. */

import type { X86Function, X86Operation, X86Record } from './record.ts';
import { addressOf } from './to-machine.ts';

/** Pins of PCI line interrupts by function, for all functions of a record. */
export function pinsOf(record: X86Record): Map<string, number> {
  const pins = new Map<string, number>();
  const plugged = record.steps.flatMap(({ do: operation }) => operation.function ?? []);
  const functions = new Map([...record.functions, ...plugged].map((source) => [source.bdf, source]));
  for (const source of functions.values()) pins.set(source.bdf, routedPin(record.machine.type, source, functions));
  // The kernel said it for some; that settles those where firmware routes otherwise.
  for (const { do: operation } of record.steps) {
    if (operation.op === 'wake-pin' && operation.bdf !== undefined && operation.pin !== undefined) {
      pins.set(operation.bdf, operation.pin);
    }
  }
  return pins;
}

/** Functions whose driver had enabled them before the first step, so that no step wakes their pin. */
export function enabledBefore(record: X86Record): string[] {
  const woken = new Set<string>();
  const enabled: string[] = [];
  for (const { do: operation } of record.steps) {
    if (operation.op === 'wake-pin') {
      if (operation.bdf === undefined) return enabled;
      woken.add(operation.bdf);
    }
    if (operation.op === 'plug' && operation.bdf !== undefined) woken.add(operation.bdf);
    if (!enables(operation)) continue;
    for (const bdf of subjects(operation)) if (!woken.has(bdf) && !enabled.includes(bdf)) enabled.push(bdf);
  }
  return enabled;
}

/** The functions an operation is about. */
export function subjects({ bdf, bdfs = [] }: X86Operation): string[] {
  return bdf === undefined ? [...bdfs] : [bdf, ...bdfs];
}

function enables({ op }: X86Operation): boolean {
  return op.startsWith('allocate') || op.startsWith('enable-') || op === 'request-line';
}

/**
 * QEMU's routing of INTA. q35 (hw/isa/lpc_ich9.c): slots 0..24 to PIRQ E..H, pins 20..23, in turn; 25..31 to PIRQ A, pin 16. pc
 * (hw/pci-host/i440fx.c, with SeaBIOS's links): interrupts 10, 10, 11, 11 in turn. Each bridge in between rotates by the slot.
 */
function routedPin(type: string, source: X86Function, functions: ReadonlyMap<string, X86Function>): number {
  let at = source;
  let rotation = 0;
  for (;;) {
    const parent = at.parent === 'root' ? undefined : functions.get(at.parent);
    if (parent === undefined) break;
    rotation += addressOf(at.bdf).device;
    at = parent;
  }
  const slot = addressOf(at.bdf).device;
  if (type === 'pc') return (slot + rotation - 1) % 4 < 2 ? 10 : 11;
  return slot < 25 ? 20 + ((slot + rotation) % 4) : 16 + (rotation % 4);
}
