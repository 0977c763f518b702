import { differencesIn, listed, mostRelated, severityOfRefusal } from '../migrations.ts';
import type { Rule } from '../rule.ts';

export const migrationFunctionBlocks: Rule = {
  id: 'migration-function-blocks',
  severity: 'error',
  title: 'a device whose state QEMU cannot send is plugged in at a migration',
  checks: 'No function that is plugged in when a scenario migrates is a device model that cannot be migrated: `nvme`.',
  why: 'The device model is marked as not migratable. QEMU refuses to begin (“State blocked by non-migratable device”), and the guest stays where it is.',
  remedy: 'Unplug it before the migration, or use another device: virtio-blk-pci and virtio-scsi-pci can be migrated.',
  sources: [
    'QEMU 7.2 to 10.0: nvme_vmstate (.unmigratable = 1), hw/nvme/ctrl.c; qemu_savevm_state_blocked, migration/savevm.c',
  ],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'function-blocks')) {
      const names = differences.map(({ here, type }) => `${here.name} (${type})`);
      yield {
        rule: 'migration-function-blocks',
        severity: severityOfRefusal(moved),
        at: moved.at,
        message: `The migration is refused at this end (-EINVAL): QEMU cannot send the state of ${listed(names)}`,
        related: differences.slice(0, mostRelated).map(({ here }) => ({
          at: { decl: here.node.decl, part: 'header' },
          message: `${here.name} is plugged in`,
        })),
        facts: { functions: differences.length, names: differences.map(({ here }) => here.name).join(' ') },
      };
    }
  },
};
