/** What is left at a moment, in a few words: interrupts, hot-plug slots, and the fullest table that functions share. */
import { size } from '../base/intervals.ts';
import { freeSlots } from '../pci/slots.ts';
import type { PciFunction, Topology } from '../pci/topology.ts';
import { counted } from '../rules/words.ts';
import { type MachineState, presentIn } from '../timeline/state.ts';
import { controllerRows } from './allocation.ts';

/** "57331 LPIs, 3 slots, 1 event below br0" */
export function headroomWords(state: MachineState): string {
  const { topology, enumeration } = state;
  const interrupts = controllerRows(state).flatMap(({ interrupts: own }) =>
    own === undefined ? [] : [`${own.free} ${own.free === 1 ? own.kind.slice(0, -1) : own.kind}`],
  );
  const slots = freeSlots(topology, enumeration, presentIn(state)).length;
  return [...interrupts, counted(slots, 'free slot'), ...fullestTable(state)].join(', ');
}

/** Of the tables that functions below one bridge share: what is left of the one with the least. */
function fullestTable({ controllers, topology }: MachineState): readonly string[] {
  let least: { readonly free: number; readonly bridge: string } | undefined;
  for (const controller of controllers) {
    if (controller.type !== 'gicv3') continue;
    for (const devices of controller.devices) {
      devices.forEach(({ lpiCount, used, createdBy }) => {
        const free = lpiCount - size(used);
        if (least !== undefined && least.free <= free) return;
        const bridge = aliasBridge(topology, topology.functions[createdBy]);
        if (bridge !== undefined) least = { free, bridge: bridge.name };
      });
    }
  }
  return least === undefined ? [] : [`${counted(least.free, 'event')} below ${least.bridge}`];
}

/** The nearest bridge above a function under whose ID all signal that is below it. */
function aliasBridge({ functions }: Topology, fn: PciFunction | undefined): PciFunction | undefined {
  let above = fn?.parent === undefined ? undefined : functions[fn.parent];
  while (above !== undefined && (above.node.bridge?.alias ?? 'none') === 'none') {
    above = above.parent === undefined ? undefined : functions[above.parent];
  }
  return above;
}
