import { placedText } from '../migration-words.ts';
import { differencesIn, listed, mostRelated } from '../migrations.ts';
import type { Rule } from '../rule.ts';

export const migrationFunctionAdded: Rule = {
  id: 'migration-function-added',
  severity: 'warning',
  title: 'a migration’s other end has a function that the guest does not know',
  checks: 'Each function that the other spec has at boot has a counterpart in this one, plugged in or not.',
  why: 'QEMU loads what the stream has and does not miss what it does not have. The device is there, in the state of power on, with address ranges that nobody has set, and the guest has never scanned it. It may find it at its next scan, or never; a later migration back fails for it.',
  remedy: 'Take it out of the other spec, declare it `hotplug` there, or declare it here, too.',
  sources: ['QEMU 7.2 to 10.0: qemu_loadvm_state_main, migration/savevm.c'],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'function-added')) {
      const places = differences.map(({ there }) => placedText(there, moved.topologyThere));
      yield {
        rule: 'migration-function-added',
        severity: moved.isWanted ? 'info' : 'warning',
        at: moved.at,
        message: `At the other end only, and unknown to the guest: ${listed(places)}`,
        related: differences.slice(0, mostRelated).map(({ there }) => ({
          at: { decl: there.node.decl, part: 'header' },
          message: `${there.name} there`,
        })),
        facts: { functions: differences.length },
      };
    }
  },
};
