/** Steps of a scenario in a hover: what they did, and what an `expect` has found. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import type { Step } from '../model/machine.ts';
import { hex } from '../pci/bus.ts';
import { differenceText } from '../rules/migration-words.ts';
import { propertyOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import type { ExpectationResult, StepResult } from '../timeline/run.ts';
import type { MachineState } from '../timeline/state.ts';
import { functionRow, lastCalls } from './allocation.ts';
import { resultText } from './allocation-text.ts';
import { effectLines } from './effect-words.ts';
import { eventWords } from './event-words.ts';
import { givenBackText } from './hover-left-behind.ts';
import { nameText } from './symbols.ts';

/** Functions named before "and n more". */
const NAMED = 8;

/** Commands, calls and vectors told before "and n more". */
const EFFECTS_NAMED = 12;

/** What a step did to the functions it called for; undefined for what is no step or did nothing. */
export function stepText({ runs }: Analysis, decl: Declared): string | undefined {
  for (const run of runs) {
    const at = run.steps.findIndex(({ step }) => step?.decl === decl);
    const result = run.steps[at];
    if (result === undefined) continue;
    const { state } = result;
    const lines = [...lastCalls([result])].map(([index, calls]) => {
      const fn = state.topology.functions[index];
      return fn === undefined ? '' : `- ${fn.name}: ${resultText(functionRow(state, fn, calls))}`;
    });
    const refused = result.refused.map(({ message }) => `- ${message}`);
    const all = [...refused, ...migrationLines(result), ...givenBack(run.steps[at - 1]?.state, result), ...lines];
    const effects = effectLines(result.effects, state.topology).map((line) => `- ${line}`);
    const parts = [listed('This step:', all, NAMED), listed('In order:', effects, EFFECTS_NAMED)];
    const text = parts.filter((part) => part !== undefined).join('\n\n');
    return text === '' ? undefined : text;
  }
  return undefined;
}

/** Under a heading, the first so many; undefined where there are none. */
function listed(heading: string, lines: readonly string[], most: number): string | undefined {
  if (lines.length === 0) return undefined;
  const more = lines.length > most ? [`- … and ${lines.length - most} more`] : [];
  return [heading, ...lines.slice(0, most), ...more].join('\n');
}

/** Who is found again at the other end of a migration, and what differs there. */
function migrationLines({ migration, state }: StepResult): readonly string[] {
  if (migration === undefined) return [];
  const { kept, from, differences } = migration;
  const functions = kept === 1 ? '1 function is' : `${kept} functions are`;
  return [
    `- ${functions} where the guest looks for ${kept === 1 ? 'it' : 'them'}, with ${kept === 1 ? 'its' : 'their'} numbers`,
    ...differences.map((difference) => `- ${differenceText(difference, from, state.topology)}`),
  ];
}

/** What each function gave back whose driver has gone since the step before. After a migration functions have other numbers. */
function givenBack(before: MachineState | undefined, { state: after, migration }: StepResult): readonly string[] {
  if (before === undefined || migration !== undefined) return [];
  const lines: string[] = [];
  for (const fn of before.functions.keys()) {
    const text = givenBackText(before, after, fn);
    if (text !== undefined) lines.push(`- ${after.topology.functions[fn]?.name ?? ''}: ${text}`);
  }
  return lines;
}

/** The steps of a scenario, a line each; undefined for what is no scenario that was run. */
export function scenarioText({ runs }: Analysis, decl: Declared): string | undefined {
  const run = runs.find(({ scenario }) => scenario?.decl === decl);
  if (run === undefined) return undefined;
  const shown = run.steps.slice(0, STEPS_SHOWN);
  const lines = shown.map((result, i) => `${i + 1}. ${stepLine(result, run.steps[i - 1]?.state)}`);
  const more = run.steps.length > STEPS_SHOWN ? [`… and ${run.steps.length - STEPS_SHOWN} more steps`] : [];
  return [...lines, ...more].join('\n');
}

/** Steps of a scenario listed before "and n more". */
const STEPS_SHOWN = 30;

/** "`plug late[0]`", "`boot`" */
export function stepLabel(step: Step | undefined): string {
  const name = step?.decl.node.name;
  return `\`${[step?.decl.kind ?? 'boot', name === undefined ? '' : nameText(name)].join(' ').trim()}\``;
}

/** "`plug late[0]`: **failed**, late[0]: -ENOSPC: asked for MSI-X 2..10" */
function stepLine(result: StepResult, before: MachineState | undefined): string {
  const { step, state, refused, checks } = result;
  const label = stepLabel(step);
  const [unmet] = checks.filter(({ met }) => !met);
  if (unmet !== undefined) return `${label}: **failed**, ${unmet.expectation.key} is ${gotText(unmet)}`;
  if (checks.length > 0 && step?.op !== 'boot' && step !== undefined) return `${label}: as expected`;
  const [refusal] = refused;
  if (refusal !== undefined) return `${label}:${refusal.isHarmless ? '' : ' **failed**,'} ${refusal.message}`;
  const failed = state.failed > (before?.failed ?? 0) ? ' **failed**,' : '';
  const called = [...lastCalls([result])];
  const [first] = called;
  const fn = first && state.topology.functions[first[0]];
  if (first !== undefined && fn !== undefined && called.length === 1) {
    return `${label}:${failed} ${fn.name}: ${resultText(functionRow(state, fn, first[1]))}`;
  }
  if (called.length > 0) return `${label}:${failed} ${called.length} functions ask for vectors`;
  const events = result.migration && eventWords(result);
  if (events !== undefined) return `${label}:${failed} ${events}`;
  const [back, ...others] = givenBack(before, result);
  if (back === undefined) return `${label}:${failed} done`.replace(',', '');
  return `${label}:${failed} ${back.slice(2)}${others.length > 0 ? `; ${others.length} more` : ''}`;
}

/** What was found where an `expect` asserts something. */
export function expectationText({ boot, runs, topology }: Analysis, decl: Declared, key: string): string | undefined {
  const lines: string[] = [];
  const name = ({ fn, cpu }: Pick<ExpectationResult, 'fn' | 'cpu'>) =>
    fn !== undefined ? (topology.functions[fn]?.name ?? '') : cpu === undefined ? 'The machine' : `cpu[${cpu}]`;
  for (const { steps } of [boot, ...runs]) {
    for (const { checks } of steps) {
      for (const check of checks) {
        const { expectation, met } = check;
        if (expectation.decl !== decl || expectation.key !== key) continue;
        lines.push(`- ${name(check)}: ${gotText(check)}${met ? '' : ', which is not what is expected'}`);
      }
    }
    // The boot is the first step of every scenario, too.
    if (lines.length > 0) break;
  }
  if (lines.length === 0) return undefined;
  const more = lines.length > NAMED ? [`- … and ${lines.length - NAMED} more`] : [];
  return ['Found:', ...lines.slice(0, NAMED), ...more].join('\n');
}

/** What was found, as the language writes it. */
export const gotText = ({ expectation: { key }, got }: Pick<ExpectationResult, 'expectation' | 'got'>): string =>
  isHexadecimal(key) && typeof got === 'number' ? hex(got) : `${got}`;

/** Whether the language writes the numbers of an assertion in hexadecimal. */
function isHexadecimal(key: string): boolean {
  const hexadecimal = (type: ValueType | undefined): boolean =>
    (type?.is === 'number' && type.hexadecimal === true) || (type?.is === 'anyOf' && type.types.some(hexadecimal));
  return hexadecimal(propertyOf('expect', key)?.type);
}
