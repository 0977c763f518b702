import { differenceText } from '../migration-words.ts';
import { differencesIn, listed, mostRelated, severityOfRefusal } from '../migrations.ts';
import type { Rule } from '../rule.ts';

export const migrationFunctionDiffers: Rule = {
  id: 'migration-function-differs',
  severity: 'error',
  title: 'a migration’s other end has another device in a function’s place',
  checks:
    'Each function that is plugged in when a scenario migrates is the same device model in the other spec, with the same MSI and MSI-X capabilities.',
  why: 'QEMU sends a function’s configuration space and compares, byte by byte, what the guest cannot write: vendor and device ID, the capabilities, among them the size of the MSI-X table and the number of MSI messages. One byte that differs ends the load with -EINVAL (“Bad config data”); another device model has another section altogether. How many vectors a virtio device has depends on its queues, those on the CPUs, and both on the machine type: that is how two specs with the same line come to differ.',
  remedy:
    'Give both the same type, queues and table size, or the same `machine-type` and `cpus`, from which the defaults follow.',
  sources: [
    'QEMU 7.2 to 10.0: get_pci_config_device, pci_add_capability, hw/pci/pci.c; msix_init, hw/pci/msix.c',
    'QEMU 7.2 to 10.0: hw_compat, hw/core/machine.c',
  ],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'function-changed')) {
      const { from } = moved.migration;
      const texts = differences.map((one) => differenceText(one, from, moved.topologyThere));
      yield {
        rule: 'migration-function-differs',
        severity: severityOfRefusal(moved),
        at: moved.at,
        message: `The other end does not load the state (-EINVAL): ${listed(texts)}`,
        related: differences.slice(0, mostRelated / 2).flatMap(({ here, there }) => [
          { at: { decl: here.node.decl, part: 'header' }, message: `${here.name} here` },
          { at: { decl: there.node.decl, part: 'header' }, message: `${there.name} there` },
        ]),
        facts: { functions: differences.length },
      };
    }
  },
};
