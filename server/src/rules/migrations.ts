/** The migrations of all scenarios: what rules about them read. */
import type { Step } from '../model/machine.ts';
import type { Topology } from '../pci/topology.ts';
import type { MigrationDifference } from '../timeline/migration/difference.ts';
import type { Migration } from '../timeline/migration/migrate.ts';
import type { Run } from '../timeline/run.ts';
import type { RuleContext } from './context.ts';
import type { Place, Severity } from './rule.ts';

export interface Moved {
  readonly run: Run;
  readonly step: Step;
  /** The step. */
  readonly at: Place;
  readonly migration: Migration;
  /** The other machine's functions, as they are after it. */
  readonly topologyThere: Topology;
  /** An `expect` after it asks for the failure: then that is information. */
  readonly isWanted: boolean;
}

const movesOf = new WeakMap<readonly Run[], readonly Moved[]>();

/** Every migration that was carried out, scenario by scenario. */
export function migrations({ runs }: RuleContext): readonly Moved[] {
  const known = movesOf.get(runs);
  if (known !== undefined) return known;
  const found: Moved[] = [];
  for (const run of runs) {
    run.steps.forEach(({ step, migration, state }, number) => {
      if (step === undefined || migration === undefined) return;
      found.push({
        run,
        step,
        at: { decl: step.decl, part: 'header' },
        migration,
        topologyThere: state.topology,
        isWanted: asksForFailure(run, number),
      });
    });
  }
  movesOf.set(runs, found);
  return found;
}

/** A difference of a kind, with the migration it was found in. */
export type DifferenceOf<Is extends MigrationDifference['is']> = Extract<MigrationDifference, { readonly is: Is }>;

/** The differences of these kinds, migration by migration; none that has none. */
export function* differencesIn<Is extends MigrationDifference['is']>(
  context: RuleContext,
  ...kinds: readonly Is[]
): Iterable<{ readonly moved: Moved; readonly differences: readonly DifferenceOf<Is>[] }> {
  for (const moved of migrations(context)) {
    const differences = moved.migration.differences.filter((difference) => isOneOf(difference, kinds));
    if (differences.length > 0) yield { moved, differences };
  }
}

/** Differences told one by one before "and n more". */
const told = 4;

/** Related places given at most. */
export const mostRelated = 8;

/** What several differences say, as one sentence. */
export function listed(texts: readonly string[]): string {
  const more = texts.length > told ? [`and ${texts.length - told} more`] : [];
  return [...texts.slice(0, told), ...more].join('; ');
}

/** Of what makes the other end refuse the state: an error, unless the author asked for it. */
export const severityOfRefusal = ({ isWanted }: Moved): Severity => (isWanted ? 'info' : 'error');

function isOneOf<Is extends MigrationDifference['is']>(
  difference: MigrationDifference,
  kinds: readonly Is[],
): difference is DifferenceOf<Is> {
  return kinds.some((kind) => kind === difference.is);
}

/** Whether the assertions right after a step ask the machine for an errno, and are met. */
function asksForFailure({ steps }: Run, number: number): boolean {
  for (const { step, checks } of steps.slice(number + 1)) {
    if (step?.op !== 'expect') return false;
    for (const { fn, met, expectation } of checks) {
      const { key, accepts } = expectation;
      if (fn === undefined && key === 'error' && met && !(accepts.is === 'word' && accepts.word === 'none'))
        return true;
    }
  }
  return false;
}
