/** Which moment of the machine's life a place in a spec speaks of. */
import type { Analysis } from '../analysis/analysis.ts';
import { declare } from '../model/declare.ts';
import type { Run, StepResult } from '../timeline/run.ts';
import type { Cursor } from './cursor.ts';

export interface Moment {
  readonly run: Run;
  /** Index in the run's steps; the moment is after it. */
  readonly step: number;
  readonly result: StepResult;
  /** "after the boot", "after this step". */
  readonly words: string;
}

/** After the step around the place; elsewhere after the boot. */
export function momentOf({ boot, runs }: Analysis, { around, statement }: Cursor): Moment | undefined {
  const blocks = [...around.map(({ node }) => node), ...(statement?.node.node === 'block' ? [statement.node] : [])];
  const decls = new Set(blocks.map(declare));
  for (const run of runs) {
    if (run.scenario === undefined || !decls.has(run.scenario.decl)) continue;
    const step = run.steps.findIndex((taken) => taken.step !== undefined && decls.has(taken.step.decl));
    const result = run.steps[step];
    if (result !== undefined) return { run, step, result, words: 'after this step' };
  }
  const step = boot.steps.length - 1;
  const result = boot.steps[step];
  return result && { run: boot, step, result, words: 'after the boot' };
}
