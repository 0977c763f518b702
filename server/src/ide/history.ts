/** What each step of the scenarios made of one function. */
import type { Analysis } from '../analysis/analysis.ts';
import { NOBODY } from '../controllers/arrival.ts';
import type { FunctionIndex, PciFunction } from '../pci/topology.ts';
import type { Call, Run, StepResult } from '../timeline/run.ts';
import { functionState, isPresent } from '../timeline/state.ts';
import { functionRow } from './allocation.ts';
import { interruptsText, resultText } from './allocation-text.ts';
import { stepLabel } from './hover-steps.ts';

/** Scenarios and steps shown in a hover, before "and n more". */
const SCENARIOS = 4;
const STEPS = 12;

/** The steps that changed a function, scenario by scenario, as markdown; undefined where none did. */
export function historyText({ runs }: Analysis, fn: PciFunction): string | undefined {
  const parts: string[] = [];
  let touched = 0;
  for (const run of runs) {
    const lines = linesOf(run, fn);
    if (lines.length < 2) continue;
    touched += 1;
    if (touched > SCENARIOS) continue;
    const shown = lines.slice(0, STEPS);
    const more = lines.length > STEPS ? [`- … and ${lines.length - STEPS} more steps`] : [];
    parts.push([`In “${run.scenario?.name ?? ''}”:`, ...shown, ...more].join('\n'));
  }
  if (touched > SCENARIOS) parts.push(`… and ${touched - SCENARIOS} more scenarios.`);
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

/** The boot, and each step after which something else is so of the function. */
function linesOf({ steps }: Run, fn: PciFunction): readonly string[] {
  const lines: string[] = [];
  let before: StepResult | undefined;
  // Of the last step that called for it, as a row has them.
  let calls: readonly Call[] = [];
  // A migration gives functions other numbers.
  let index = fn.index;
  for (const [i, result] of steps.entries()) {
    if (result.migration !== undefined) index = result.migration.there(index);
    const there = result.state.topology.functions[index];
    if (index === NOBODY || there === undefined) break;
    const own = result.calls.filter((call) => call.fn === index);
    if (own.length > 0) calls = own;
    if (i === 0 || own.length > 0 || result.migration !== undefined || isOther(before, result, index)) {
      lines.push(`- step ${i + 1}, ${stepLabel(result.step)}: ${nowText(result, there, calls)}`);
    }
    before = result;
  }
  return lines;
}

function isOther(before: StepResult | undefined, { state }: StepResult, fn: FunctionIndex): boolean {
  if (before === undefined) return true;
  if (state.functions === before.state.functions && state.presence === before.state.presence) return false;
  return (
    functionState(state, fn) !== functionState(before.state, fn) || isPresent(state, fn) !== isPresent(before.state, fn)
  );
}

/** "MSI-X 3, 8195..8197", "absent". */
function nowText({ state }: StepResult, fn: PciFunction, calls: readonly Call[]): string {
  const row = functionRow(state, fn, calls);
  const numbers = interruptsText(row);
  return numbers === '' || !row.present ? resultText(row) : `${resultText(row)}: ${numbers}`;
}
