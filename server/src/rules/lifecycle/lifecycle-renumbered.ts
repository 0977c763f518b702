import { type Interval, joinedInOrder, size } from '../../base/intervals.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { type Holding, reinsertionsAt } from '../../timeline/reinsertions.ts';
import type { Run } from '../../timeline/run.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';

export const lifecycleRenumbered: Rule = {
  id: 'lifecycle-renumbered',
  severity: 'hint',
  title: 'a driver that is inserted again gets other numbers than before',
  checks: 'In a scenario, a function that gets vectors again has the numbers it had before.',
  why: 'Events and LPIs are first fit: whoever comes back gets the lowest that are free at that moment. When somebody else came or went meanwhile, they are others; a shared table keeps its LPIs, and only the events may be others. Nothing fails for that. What was set by number is gone: the affinity of an interrupt, a counter somebody watches.',
  remedy:
    'Nothing has to change. Where numbers matter, insert drivers again in the order in which they were removed, the last one first.',
  sources: [
    'Linux 7.2: its_lpi_alloc, its_alloc_device_irq, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: reprobe-unshared, bridge-reprobe, lpi-firstfit (6.1, 6.12, 7.2)',
  ],
  *check({ runs }) {
    for (const run of runs) {
      for (const [number, { step, state }] of run.steps.entries()) {
        if (step === undefined) continue;
        for (const { fn, before, now, same } of reinsertionsAt(run, number)) {
          // Fewer than before is another finding's.
          if (same || size(before.messages) !== size(now.messages) || isAsserted(run, number, fn)) continue;
          const { name } = at(state.topology, fn);
          yield {
            rule: 'lifecycle-renumbered',
            at: { decl: step.decl, part: 'header' },
            message: `${name} has other numbers than before: ${numbersOf(now)}; it had ${numbersOf(before)}`,
            functions: [fn],
            facts: { fn: name, first: now.interrupts[0]?.first ?? 0, before: before.interrupts[0]?.first ?? 0 },
          };
        }
      }
    }
  },
};

/** The `expect`s that follow the step ask for the numbers: the author knows. */
function isAsserted({ steps }: Run, number: number, fn: FunctionIndex): boolean {
  for (const { step, checks } of steps.slice(number + 1, number + 1 + EXPECTS_READ)) {
    if (step?.op !== 'expect') return false;
    if (checks.some((check) => check.fn === fn && check.met && NUMBERS.has(check.expectation.key))) return true;
  }
  return false;
}

const NUMBERS: ReadonlySet<string> = new Set(['first-event', 'first-lpi', 'first-irq']);

/** `expect`s after a step that are looked at. */
const EXPECTS_READ = 8;

/** "messages 0..2 as interrupts 8192..8194" */
const numbersOf = ({ messages, interrupts }: Holding): string =>
  `messages ${ranges(messages)} as interrupts ${ranges(interrupts)}`;

const ranges = (runs: readonly Interval[]): string =>
  joinedInOrder(runs)
    .map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`))
    .join(', ');
