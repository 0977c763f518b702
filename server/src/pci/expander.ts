/** What QEMU puts below an expander (hw/pci-bridge/pci_expander_bridge.c, 10.0). */
import type { PciNode } from '../model/machine.ts';

/**
 * A plain `pxb` has one conventional bridge on its root bus, which takes what is plugged into the pxb: no SHPC, no
 * interrupt, its chassis the bus number (pxb_dev_realize_common). A pxb-pcie has none: undefined.
 */
export function internalBridgeOf(expander: PciNode): PciNode | undefined {
  if (expander.type !== 'pxb' || expander.bridge === undefined) return undefined;
  return {
    ...expander,
    kind: 'pci-bridge',
    name: undefined,
    type: 'pci-bridge',
    at: { device: 0, function: 0 },
    capabilities: { msi: 0, msiMaskable: false, msi64bit: false, msix: 0, intx: false, ims: 0 },
    interface: 'conventional',
    plan: [],
    expectations: [],
    bridge: {
      ...expander.bridge,
      bus: undefined,
      hotplug: 'none',
      alias: 'own',
      serviceVectors: 0,
      chassis: expander.bridge.bus,
    },
  };
}
