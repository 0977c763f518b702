import { writeVersion } from '../../model/versions.ts';
import { differencesIn } from '../migrations.ts';
import type { Rule } from '../rule.ts';

export const migrationKernelDiffers: Rule = {
  id: 'migration-kernel-differs',
  severity: 'warning',
  title: 'the spec that is migrated to names another kernel',
  checks: 'Where the spec that a `migrate` leads to says `os`, it says the same as this one.',
  why: 'A migration moves what runs, its kernel included. What the other spec says of its own kernel holds where that machine boots; after a migration the guest goes on with the one it has, and by its rules the steps after are checked.',
  remedy: 'Say the same `os` in both.',
  sources: ['docs/language.md, "Scenarios"'],
  *check(context) {
    for (const { moved, differences } of differencesIn(context, 'kernel')) {
      const [difference] = differences;
      if (difference === undefined) continue;
      const [here, there] = [`linux-${writeVersion(difference.here)}`, `linux-${writeVersion(difference.there)}`];
      const own = moved.migration.from.machine.decl;
      const other = moved.migration.target.machine.decl;
      yield {
        rule: 'migration-kernel-differs',
        at: moved.at,
        message: `The other spec names ${there}; the guest goes on with its ${here}`,
        related: [
          ...(own === undefined
            ? []
            : [{ at: { decl: own, part: { property: 'os' } }, message: `${here} here` } as const]),
          ...(other === undefined
            ? []
            : [{ at: { decl: other, part: { property: 'os' } }, message: `${there} there` } as const]),
        ],
        facts: { here, there },
      };
    }
  },
};
