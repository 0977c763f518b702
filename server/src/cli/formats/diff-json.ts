/** The difference of two specs for programs. */
import { isSame } from '../../ide/spec-diff.ts';
import type { NumberChange } from '../../timeline/lock/compare.ts';
import type { DiffReport } from '../commands/diff.ts';

/** A change that breaks a reader changes this. */
const VERSION = 1;

/** One object; `functions` has those that differ alone. */
export function diffJson({ before, after, diff }: DiffReport): string {
  const { numbers, migration } = diff;
  const report = {
    version: VERSION,
    before,
    after,
    same: isSame(diff),
    kept: numbers.kept,
    functions: numbers.changes.map(functionJson),
    migration: { loaded: migration.every(({ end }) => end !== 'refused'), differences: migration },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function functionJson(change: NumberChange): object {
  switch (change.is) {
    case 'changed':
      return { name: change.name, is: change.is, changes: change.changes };
    case 'gone':
      return { name: change.name, is: change.is, before: Object.fromEntries(change.before.values) };
    case 'new':
      return { name: change.name, is: change.is, after: Object.fromEntries(change.after.values) };
  }
}
