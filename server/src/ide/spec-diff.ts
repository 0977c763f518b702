/** Two moments of machines compared: whose numbers change, and whether a guest of the one can go on in the other. */
import type { MigrationTarget } from '../model/machine.ts';
import { differenceText } from '../rules/migration-words.ts';
import { compareNumbers, type NumberComparison } from '../timeline/lock/compare.ts';
import { allNumbers } from '../timeline/lock/numbers.ts';
import { endOf, type MigrationDifference, type MigrationEnd } from '../timeline/migration/difference.ts';
import { migrate } from '../timeline/migration/migrate.ts';
import type { MachineState } from '../timeline/state.ts';

export interface SpecDiff {
  readonly numbers: NumberComparison;
  /** What differs for a guest that migrates from the first to the second; nothing that would stop it anywhere. */
  readonly migration: readonly DiffedEnd[];
}

export interface DiffedEnd {
  readonly is: MigrationDifference['is'];
  readonly end: MigrationEnd;
  readonly text: string;
}

/**
 * Compares a moment of one machine with one of another.
 * @param other the second machine, for the guest of the first
 */
export function specDiff(before: MachineState, after: MachineState, other: MigrationTarget): SpecDiff {
  const { state, migration } = migrate(before, other);
  const differences = migration.differences.filter(({ is }) => is !== 'function-blocks');
  return {
    numbers: compareNumbers(allNumbers(before), allNumbers(after)),
    migration: differences.map((difference) => ({
      is: difference.is,
      end: endOf(difference),
      text: differenceText(difference, migration.from, state.topology),
    })),
  };
}

/** Whether there is nothing to tell. */
export const isSame = ({ numbers, migration }: SpecDiff): boolean =>
  numbers.changes.length === 0 && migration.length === 0;
