import type { PciFunction } from '../pci/topology.ts';
import type { Finding } from '../rules/rule.ts';
import { textOf } from '../syntax/edits.ts';
import type { TextEdit, Tree } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { replaceStatement } from './moved-text.ts';
import { blockOf, declOf, functionsOf } from './places.ts';

export const probeLargerFirst: Fix = {
  id: 'probe-larger-first',
  rules: [
    'itt-created-by-smaller',
    'itt-exhausted',
    'itt-partial',
    'spapr-quota-clamp',
    'spapr-msi-space-exhausted',
    'spapr-refusal-raw-status',
  ],
  safety: 'review',
  doc: 'Has the function that needs most of a shared table plugged or probed first, for whoever comes first sizes it, or, on pseries, while the total is divided among fewer: two steps change places.',
  *propose(finding, context) {
    const [victim] = functionsOf(finding, context);
    if (victim === undefined) return;
    for (const earlier of earlierSteps(finding, context, victim)) {
      yield {
        title: `Have ${victim.name} served before ${earlier.name} (no cost)`,
        edits: earlier.edits,
        otherwise: true,
      };
    }
  },
};

/** The step that the finding points at, changing places with each step before it that serves others, the first one first. */
function* earlierSteps(finding: Finding, context: FixContext, victim: PciFunction) {
  const decl = declOf(finding);
  const step = decl && blockOf(context, decl);
  if (step === undefined) return;
  for (const { scenario } of context.runs) {
    const steps = scenario?.steps ?? [];
    const number = steps.findIndex((one) => one.decl === decl);
    for (const earlier of steps.slice(0, Math.max(number, 0))) {
      if (earlier.op !== 'plug' && earlier.op !== 'probe') continue;
      const [first] = earlier.subjects;
      const block = blockOf(context, earlier.decl);
      if (first === undefined || first.node === victim.node || block === undefined) continue;
      yield { name: first.node.name ?? first.node.kind, edits: swapped(context.tree, block, step) };
    }
  }
}

/** Each in the other's place, with the comments that belong to it. */
const swapped = (tree: Tree, a: Located, b: Located): readonly TextEdit[] => [
  ...replaceStatement(tree, a, textOf(tree, b)),
  ...replaceStatement(tree, b, textOf(tree, a)),
];
