/** The action that writes an `expect` for what a step did. As a fix, it is offered only when it was proved. */
import { expectStep } from '../fixes/expect-step.ts';
import { declare } from '../model/declare.ts';
import type { Declared } from '../model/declared.ts';
import type { Sources } from '../model/sources.ts';
import { applyEdits } from '../syntax/edits.ts';
import type { Block, TextEdit } from '../syntax/tree.ts';
import { isBlock, type Located, pathAt } from '../syntax/walk.ts';
import type { Analysis } from './analysis.ts';
import { analyseEdited, fixContext } from './edited.ts';

export interface ProvedExpectation {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/**
 * The `expect` that can be written after the step at an offset of the main file. Proved: in the edited text every value of it is
 * compared and met, and no finding has come. undefined where no step stands, or an `expect` follows already.
 */
export function expectationAt(analysis: Analysis, sources: Sources, offset: number): ProvedExpectation | undefined {
  const tree = analysis.files.get(analysis.uri);
  const block = tree && pathAt(tree, offset).filter(isBlock)[1];
  if (block === undefined) return undefined;
  const decl = declare(block.node);
  const number = analysis.runs.findIndex(({ steps }) => steps.some(({ step }) => step?.decl === decl));
  if (number < 0) return undefined;
  // Editors ask at each move of the cursor.
  const proved = known.get(analysis) ?? new Map<Declared, ProvedExpectation | undefined>();
  known.set(analysis, proved);
  if (!proved.has(decl)) proved.set(decl, prove(analysis, sources, number, block));
  return proved.get(decl);
}

const known = new WeakMap<Analysis, Map<Declared, ProvedExpectation | undefined>>();

function prove(
  analysis: Analysis,
  sources: Sources,
  number: number,
  block: Located<Block>,
): ProvedExpectation | undefined {
  const context = fixContext(analysis);
  const run = analysis.runs[number];
  if (context === undefined || run === undefined) return undefined;
  const at = run.steps.findIndex(({ step }) => step?.decl === declare(block.node));
  for (const { title, edits } of expectStep(context, run, at, block)) {
    const after = analyseEdited(analysis, sources, applyEdits(context.tree.text, edits));
    const steps = after.runs[number]?.steps ?? [];
    const written = steps.slice(at + 1, at + 1 + steps.length - run.steps.length);
    const isMet =
      written.length > 0 && written.every(({ checks }) => checks.length > 0 && checks.every(({ met }) => met));
    const hasNew = errors(after) > errors(analysis) || after.findings.length > analysis.findings.length;
    if (isMet && !hasNew) return { title, edits };
  }
  return undefined;
}

const errors = ({ findings }: Analysis): number => findings.filter(({ severity }) => severity === 'error').length;
