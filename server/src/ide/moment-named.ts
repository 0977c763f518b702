/** A moment of a spec by its name: a snapshot, or the end of a scenario. */
import type { Analysis } from '../analysis/analysis.ts';
import { nearest } from '../model/nearest.ts';
import type { Run } from '../timeline/run.ts';
import type { MachineState } from '../timeline/state.ts';

export type NamedMoment =
  | { readonly found: true; readonly state: MachineState }
  /** Ends the sentence that begins with the file's name. */
  | { readonly found: false; readonly reason: string };

/**
 * `SNAPSHOT`, `SCENARIO/SNAPSHOT` where several scenarios have one of that name, or `SCENARIO` for its end; no name is the end of
 * the boot.
 */
export function momentNamed({ boot, runs }: Analysis, name: string | undefined): NamedMoment {
  if (name === undefined) return endOf(boot);
  const moments = runs.flatMap((run) => snapshotsOf(run));
  const named = moments.filter((moment) => moment.name === name || `${moment.scenario}/${moment.name}` === name);
  const [only, second] = named;
  if (only !== undefined && second === undefined) return { found: true, state: only.state };
  if (only !== undefined) {
    const scenarios = named.map(({ scenario }) => `${scenario}/${name}`);
    return { found: false, reason: `has several snapshots ${name}: ${scenarios.join(', ')}` };
  }
  const run = runs.find(({ scenario }) => scenario?.name === name);
  if (run !== undefined) return endOf(run);
  const known = [...moments.map((moment) => moment.name), ...runs.map(({ scenario }) => scenario?.name ?? '')];
  const near = nearest(name, known);
  return {
    found: false,
    reason: `has no snapshot and no scenario ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  };
}

interface Snapshot {
  readonly name: string;
  readonly scenario: string;
  readonly state: MachineState;
}

const snapshotsOf = ({ scenario, steps }: Run): readonly Snapshot[] =>
  steps.flatMap(({ step, state }) =>
    step?.op === 'snapshot' ? [{ name: step.name, scenario: scenario?.name ?? '', state }] : [],
  );

function endOf({ steps }: Run): NamedMoment {
  const last = steps.at(-1);
  return last === undefined ? { found: false, reason: 'has no such moment' } : { found: true, state: last.state };
}
