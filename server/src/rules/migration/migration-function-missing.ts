import { placedText } from '../migration-words.ts';
import { differencesIn, listed, mostRelated, severityOfRefusal } from '../migrations.ts';
import type { Rule } from '../rule.ts';

export const migrationFunctionMissing: Rule = {
  id: 'migration-function-missing',
  severity: 'error',
  title: 'a migration’s other end has no function at a place that is in use',
  checks:
    'Each function that is plugged in when a scenario migrates has a counterpart in the other spec: one at the same host bridge, below bridges at the same device.function, down to its own. Names do not matter, and neither does whether it is declared `hotplug` there.',
  why: 'QEMU names a device’s part of the stream by where the device is plugged (`0000:00:02.0:00.0/virtio-net`), not by its id and not by its bus number. A section whose name the destination does not know ends the load with -EINVAL (“Unknown section or instance … including any hotplugged devices”). A device that was hot-plugged must be on the destination’s command line.',
  remedy: 'Declare it in the other spec at the same place, or unplug it before the migration.',
  sources: [
    'QEMU 7.2 to 10.0: qemu_loadvm_section_start_full, migration/savevm.c; pcibus_get_dev_path, hw/pci/pci.c; spapr_phb_root_bus_path, hw/ppc/spapr_pci.c',
  ],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'function-missing')) {
      const { from } = moved.migration;
      const places = differences.map(({ here }) => placedText(here, from));
      yield {
        rule: 'migration-function-missing',
        severity: severityOfRefusal(moved),
        at: moved.at,
        message: `The other end does not load the state (-EINVAL), it has nothing in the place of ${listed(places)}`,
        related: differences.slice(0, mostRelated).map(({ here }) => ({
          at: { decl: here.node.decl, part: 'header' },
          message: `${here.name} here`,
        })),
        facts: { functions: differences.length, names: differences.map(({ here }) => here.name).join(' ') },
      };
    }
  },
};
