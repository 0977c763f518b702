/** Steps that belong before another one: what a driver has to do first. */
import type { Elements, Step } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { insertBeside } from '../syntax/edits.ts';
import { functionState, type MachineState } from '../timeline/state.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

export const insertMissingStep: Fix = {
  id: 'insert-missing-step',
  rules: [
    'lifecycle-request-before-alloc',
    'lifecycle-free-while-requested',
    'lifecycle-double-enable',
    'lifecycle-itt-growth',
    'lifecycle-step-on-absent-device',
    'itt-kept-by-bound-sibling',
  ],
  safety: 'review',
  doc: 'Puts the steps that are missing before one that cannot be taken: `enable` before `request-irq`, `free-irq` before `disable`, both before another `enable`, `plug` before what needs the function, `remove` of the function that keeps a table.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    if (decl === undefined || block?.node.name === undefined) return;
    const { span } = block.node.name;
    const subject = context.tree.text.slice(block.start + span.from, block.start + span.to);
    for (const { scenario, steps } of context.runs) {
      const number = steps.findIndex(({ step }) => step?.decl === decl);
      const step = scenario && steps[number]?.step;
      const before = steps[number - 1]?.state;
      if (step === undefined || before === undefined) continue;
      for (const missing of missingBefore(finding.rule, step, before, subject, siblingOf(finding.functions, context))) {
        yield {
          title: `Put ${missing.map((line) => `\`${line}\``).join(' and ')} before it`,
          edits: insertBeside(context.tree, block, missing.join('\n'), 'before'),
          otherwise: true,
        };
      }
    }
  },
};

/** Lines that may be what is missing, the fewest first. */
function* missingBefore(
  rule: string,
  step: Step,
  state: MachineState,
  subject: string,
  sibling: string | undefined,
): Iterable<readonly string[]> {
  if (!('subjects' in step) || step.subjects === 'machine') return;
  const off = handlersOf(state, step.subjects).map((vectors) => `free-irq ${subject} { vector = ${vectors} }`);
  switch (rule) {
    case 'lifecycle-request-before-alloc':
      yield [`enable ${subject}`];
      return;
    case 'lifecycle-free-while-requested':
      yield off;
      return;
    case 'lifecycle-double-enable':
    case 'lifecycle-itt-growth':
      yield [...off, `disable ${subject}`];
      return;
    case 'itt-kept-by-bound-sibling':
      if (sibling !== undefined) yield [`remove ${sibling}`];
      return;
    default:
      yield [`plug ${subject}`];
      yield [`probe ${subject}`];
  }
}

/** Vectors with a handler as `a..b`, where all subjects have the same ones; a run each. */
function handlersOf(state: MachineState, subjects: readonly Elements[]): readonly string[] {
  const each = subjects.flatMap(({ node, numbers }) =>
    numbers.flatMap((number) => {
      const fn = state.topology.byNode.get(node)?.[number];
      return fn === undefined ? [] : [functionState(state, fn).handlers];
    }),
  );
  const texts = each.map((runs) => runs.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)));
  const [own] = texts;
  return own !== undefined && texts.every((other) => other.join() === own.join()) ? own : [];
}

/** The function behind the victim: whose table it is. */
function siblingOf(functions: readonly FunctionIndex[] | undefined, { topology }: FixContext): string | undefined {
  const other = functions?.[1];
  return other === undefined ? undefined : topology.functions[other]?.name;
}
