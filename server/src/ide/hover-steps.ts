/** Steps of a scenario in a hover: what they did, and what an `expect` has found. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import type { Step } from '../model/machine.ts';
import { hex } from '../pci/bus.ts';
import { propertyOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import type { ExpectationResult, StepResult } from '../timeline/run.ts';
import type { MachineState } from '../timeline/state.ts';
import { functionRow, lastCalls } from './allocation.ts';
import { resultText } from './allocation-text.ts';
import { givenBackText } from './hover-left-behind.ts';
import { nameText } from './symbols.ts';

/** Functions named before "and n more". */
const NAMED = 8;

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
    const all = [...refused, ...givenBack(run.steps[at - 1]?.state, state), ...lines];
    if (all.length === 0) return undefined;
    const more = all.length > NAMED ? [`- … and ${all.length - NAMED} more`] : [];
    return ['This step:', ...all.slice(0, NAMED), ...more].join('\n');
  }
  return undefined;
}

/** What each function gave back whose driver has gone since the step before. */
function givenBack(before: MachineState | undefined, after: MachineState): readonly string[] {
  if (before === undefined) return [];
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
  const lines = run.steps.map((result, i) => `${i + 1}. ${stepLine(result, run.steps[i - 1]?.state)}`);
  const more = lines.length > STEPS_SHOWN ? [`… and ${lines.length - STEPS_SHOWN} more steps`] : [];
  return [...lines.slice(0, STEPS_SHOWN), ...more].join('\n');
}

/** Steps of a scenario listed before "and n more". */
const STEPS_SHOWN = 30;

/** "`plug late[0]`", "`boot`" */
export function stepLabel(step: Step | undefined): string {
  const name = step?.decl.node.name;
  return `\`${[step?.decl.kind ?? 'boot', name === undefined ? '' : nameText(name)].join(' ').trim()}\``;
}

/** "`plug late[0]`: **failed**, late[0]: -ENOSPC: asked for MSI-X 2..10" */
function stepLine({ step, state, calls, refused, checks }: StepResult, before: MachineState | undefined): string {
  const label = stepLabel(step);
  const [unmet] = checks.filter(({ met }) => !met);
  if (unmet !== undefined) return `${label}: **failed**, ${unmet.expectation.key} is ${gotText(unmet)}`;
  if (checks.length > 0 && step?.op !== 'boot' && step !== undefined) return `${label}: as expected`;
  const [refusal] = refused;
  if (refusal !== undefined) return `${label}: **failed**, ${refusal.message}`;
  const failed = state.failed > (before?.failed ?? 0) ? ' **failed**,' : '';
  const called = [...lastCalls([{ step, state, calls, refused, checks, effects: [] }])];
  const [first] = called;
  const fn = first && state.topology.functions[first[0]];
  if (first !== undefined && fn !== undefined && called.length === 1) {
    return `${label}:${failed} ${fn.name}: ${resultText(functionRow(state, fn, first[1]))}`;
  }
  if (called.length > 0) return `${label}:${failed} ${called.length} functions ask for vectors`;
  const [back, ...others] = givenBack(before, state);
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
