/** What each step of a scenario did, at the end of its line. */
import type { Analysis } from '../analysis/analysis.ts';
import { declare } from '../model/declare.ts';
import type { Declared } from '../model/declared.ts';
import { headerSpan } from '../model/source-map.ts';
import type { Block, Span, Tree } from '../syntax/tree.ts';
import { isBlock, type Located, pathAt, walk } from '../syntax/walk.ts';
import type { Run } from '../timeline/run.ts';
import { stepText } from './hover-steps.ts';
import { stepWords } from './step-words.ts';

export interface StepHint {
  readonly offset: number;
  readonly label: string;
  /** Where the step begins, for {@link stepDetailAt}. */
  readonly step: number;
}

/**
 * The hints of the steps in a span of the main file.
 * @param withFailures false: a client that shows failures of tests writes them over what stands behind the line of a step
 */
export function stepHintsIn(analysis: Analysis, span: Span, withFailures = true): readonly StepHint[] {
  const tree = analysis.files.get(analysis.uri);
  if (tree === undefined || !analysis.machine.complete) return [];
  const steps = stepsOf(analysis);
  const wrong = stepsWithErrors(analysis);
  const hints: StepHint[] = [];
  walk(tree.root, 0, (statement) => {
    const { node, start } = statement;
    if (!isBlock(statement) || start + node.width < span.from || start > span.to) return false;
    if (node.node === 'block' && node.kind.text === 'scenario') return true;
    const decl = declare(statement.node);
    if (!withFailures && wrong.has(decl)) return false;
    const taken = steps.get(decl);
    const words = taken && stepWords(taken.run, taken.at);
    if (words === undefined) return false;
    const label = wrong.has(decl) && !words.startsWith('✗') ? `✗ ${words}` : words;
    hints.push({ offset: endOfLine(tree, statement), label, step: statement.start + statement.node.kind.span.from });
    return false;
  });
  return hints;
}

/** What the step that begins at an offset did to each function, as markdown. */
export function stepDetailAt(analysis: Analysis, offset: number): string | undefined {
  const tree = analysis.files.get(analysis.uri);
  const step = tree && pathAt(tree, offset).filter(isBlock)[1];
  return step && stepText(analysis, declare(step.node));
}

/** Where a step is in the runs of an analysis. */
interface Taken {
  readonly run: Run;
  readonly at: number;
}

const known = new WeakMap<Analysis, ReadonlyMap<Declared, Taken>>();

function stepsOf(analysis: Analysis): ReadonlyMap<Declared, Taken> {
  const before = known.get(analysis);
  if (before !== undefined) return before;
  const steps = new Map<Declared, Taken>();
  for (const run of analysis.runs) {
    for (const [at, { step }] of run.steps.entries()) if (step !== undefined) steps.set(step.decl, { run, at });
  }
  known.set(analysis, steps);
  return steps;
}

function stepsWithErrors({ findings }: Analysis): ReadonlySet<Declared> {
  const wrong = new Set<Declared>();
  for (const { severity, finding } of findings) {
    if (severity === 'error' && 'decl' in finding.at) wrong.add(finding.at.decl);
  }
  return wrong;
}

/** Behind a step that is one line; behind the header of a longer one. */
function endOfLine({ text }: Tree, { node, start }: Located<Block>): number {
  const end = start + node.span.to;
  const header = start + headerSpan(node).to;
  return text.slice(header, end).includes('\n') ? header : end;
}
