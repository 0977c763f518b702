import type { EntrySpan } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { pasidsOf } from '../../timeline/ims.ts';
import type { StepResult } from '../../timeline/run.ts';
import type { RuleContext } from '../context.ts';
import type { Finding, Rule } from '../rule.ts';
import { at } from '../sharing.ts';

export const imsBoundTwice: Rule = {
  id: 'ims-bound-twice',
  severity: 'error',
  title: 'an entry of message storage, or a PASID, is bound twice',
  checks:
    'Each entry of a function’s message storage is bound to one PASID, and each PASID of the function to one entry.',
  why: 'An entry belongs to the process whose PASID its work carries: the device checks the one against the other before it sends. Bound to a second PASID, the entry would signal one process for the work of another, so it has to be freed first (-EBUSY). Two entries with the same PASID are one process’s to tell apart; where a guest does so by mistake, one of its work queues interrupts for the other.',
  remedy: 'Free the entry before it is bound again; give each entry a PASID of its own.',
  sources: ['PCI Express 5.0, 6.20, Process Address Space ID', 'docs/language.md, "Scenarios"'],
  *check(context) {
    for (const { steps } of context.runs) {
      for (const [number, result] of steps.entries()) {
        const before = steps[number - 1];
        const asked = before === undefined ? undefined : askedBy(result);
        if (asked === undefined || before === undefined) continue;
        for (const fn of asked.functions(context)) {
          const finding = shared(result, before, fn, asked.pasid);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
};

interface Asked {
  readonly pasid: number;
  readonly functions: (context: RuleContext) => readonly FunctionIndex[];
}

function askedBy({ step }: StepResult): Asked | undefined {
  if (step?.op !== 'set-pasid' && step?.op !== 'request-irq') return undefined;
  const { pasid, subjects } = step;
  if (pasid === undefined) return undefined;
  const functions = ({ topology }: RuleContext) =>
    subjects.flatMap(({ node, numbers }) => numbers.flatMap((n) => topology.byNode.get(node)?.[n] ?? []));
  return { pasid, functions };
}

/** Another entry of the function that had the PASID before the step gave it to one more. */
function shared(
  { step, state }: StepResult,
  before: StepResult,
  fn: FunctionIndex,
  pasid: number,
): Finding | undefined {
  if (step === undefined) return undefined;
  const had = entriesOf(before, fn, pasid);
  const has = entriesOf({ state }, fn, pasid);
  const [first] = had;
  const added = has.find((entry) => !had.includes(entry));
  if (first === undefined || added === undefined) return undefined;
  const { name } = at(state.topology, fn);
  return {
    rule: 'ims-bound-twice',
    severity: 'warning',
    at: { decl: step.decl, part: { value: 'pasid' } },
    message: `PASID ${pasid} is bound to entry ${first} of ${name} already; now it is entry ${added}'s, too`,
    functions: [fn],
    facts: { fn: name, pasid, first, entry: added },
  };
}

function entriesOf(
  { state }: Pick<StepResult, 'state'>,
  fn: FunctionIndex,
  pasid: number,
): readonly EntrySpan['first'][] {
  const entries: number[] = [];
  pasidsOf(state, fn)?.forEach((bound, entry) => {
    if (bound === pasid) entries.push(entry);
  });
  return entries;
}
