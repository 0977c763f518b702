/** Which moment of the machine's life a place in a spec speaks of. */
import type { Analysis } from '../analysis/analysis.ts';
import { declare } from '../model/declare.ts';
import type { Run, StepResult } from '../timeline/run.ts';
import type { Cursor } from './cursor.ts';
import { stepLabel } from './hover-steps.ts';

export interface Moment {
  readonly run: Run;
  /** Index in the run's steps; the moment is after it. */
  readonly step: number;
  readonly result: StepResult;
  /** "after the boot", "after this step", "after step 3, `plug late[0]`, of “a card comes”". */
  readonly words: string;
}

/** After the step around the place; elsewhere `now`, which is after the boot where nobody says otherwise. */
export function momentOf(analysis: Analysis, { around, statement }: Cursor, now?: Moment): Moment | undefined {
  const blocks = [...around.map(({ node }) => node), ...(statement?.node.node === 'block' ? [statement.node] : [])];
  const decls = new Set(blocks.map(declare));
  for (const run of analysis.runs) {
    if (run.scenario === undefined || !decls.has(run.scenario.decl)) continue;
    const step = run.steps.findIndex((taken) => taken.step !== undefined && decls.has(taken.step.decl));
    const result = run.steps[step];
    if (result !== undefined) return { run, step, result, words: 'after this step' };
  }
  return now ?? afterBoot(analysis);
}

/** After the boot: what is so where nobody speaks of another moment. */
export function afterBoot({ boot }: Analysis): Moment | undefined {
  const step = boot.steps.length - 1;
  const result = boot.steps[step];
  return result && { run: boot, step, result, words: 'after the boot' };
}

/**
 * The moment that a cursor in a scenario sets: after the step it is in, or after the one before it where it is between two; in
 * the scenario's header after its boot. Undefined outside of scenarios.
 */
export function scenarioMomentAt(analysis: Analysis, offset: number): Moment | undefined {
  const run = analysis.runs.find(({ scenario }) => {
    if (scenario === undefined) return false;
    const { uri, span } = analysis.locate({ decl: scenario.decl, span: scenario.decl.node.span });
    return uri === analysis.uri && span.from <= offset && offset <= span.to;
  });
  if (run === undefined) return undefined;
  let step = 0;
  for (const [i, { step: taken }] of run.steps.entries()) {
    if (taken === undefined) continue;
    // A statement owns the blanks before it: the cursor at the start of its line is in it.
    const start = analysis.model.sourceMap.startOf(taken.decl.node)?.start;
    if (start !== undefined && start <= offset) step = i;
  }
  const result = run.steps[step];
  if (result === undefined) return undefined;
  return { run, step, result, words: `after step ${step + 1}, ${stepLabel(result.step)}, of “${run.scenario?.name}”` };
}
