/** Which line a function's INTx ends on, on QEMU's virt machine. */
import type { FunctionIndex, Topology } from '../pci/topology.ts';

/** hw/arm/virt.c: irqmap[VIRT_PCIE] is SPI 3, the first of four; SPIs start at INTID 32. */
const firstIntid = 32 + 3;
/** PCI_NUM_PINS: INTA to INTD. */
const pins = 4;

/**
 * The INTID of a function that signals on INTA: each bridge on the way up rotates the pin by the device number
 * (pci_swizzle_interrupt_pin, drivers/pci/pci.c), as does the root's map (create_pcie_irq_map, hw/arm/virt.c). Undefined
 * without an interrupt pin.
 */
export function lineIntid(topology: Topology, fn: FunctionIndex): number | undefined {
  let at = topology.functions[fn];
  if (at === undefined || !at.node.capabilities.intx) return undefined;
  let rotation = 0;
  while (at !== undefined) {
    rotation += at.device;
    at = at.parent === undefined ? undefined : topology.functions[at.parent];
  }
  return firstIntid + (rotation % pins);
}
