import type { Rule } from '../rule.ts';

export const bridgeNoHotplugBus: Rule = {
  id: 'bridge-no-hotplug-bus',
  severity: 'warning',
  title: 'a bridge is to be hot-plugged where no bus number is left',
  checks: 'A bridge that is plugged later needs at least one bus number from the range of the port above it.',
  why: 'At boot a root port gets exactly one bus. Hot-adding a bridge below it fails: "No bus number available for hot-added bridge". QEMU\'s bus-reserve is for firmware only; Linux does not read it.',
  remedy:
    'Reserve buses below the port with `buses = n`, which the quick-fix does (on Linux: `pci=hpbussize=`, which counts the bus of the port itself, so one more).',
  sources: ['Linux 7.2: pci_hp_add_bridge, drivers/pci/probe.c'],
};
