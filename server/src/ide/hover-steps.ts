/** Steps of a scenario in a hover: what they did, and what an `expect` has found. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import { hex } from '../pci/bus.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { propertyOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import { functionRow, lastCalls } from './allocation.ts';
import { resultText } from './allocation-text.ts';

/** Functions named before "and n more". */
const NAMED = 8;

/** What a step did to the functions it called for; undefined for what is no step or did nothing. */
export function stepText({ runs }: Analysis, decl: Declared): string | undefined {
  for (const run of runs) {
    const result = run.steps.find(({ step }) => step?.decl === decl);
    if (result === undefined) continue;
    const { state } = result;
    const lines = [...lastCalls([result])].map(([index, calls]) => {
      const fn = state.topology.functions[index];
      return fn === undefined ? '' : `- ${fn.name}: ${resultText(functionRow(state, fn, calls))}`;
    });
    const refused = result.refused.map(({ message }) => `- ${message}`);
    const all = [...refused, ...lines];
    if (all.length === 0) return undefined;
    const more = all.length > NAMED ? [`- … and ${all.length - NAMED} more`] : [];
    return ['This step:', ...all.slice(0, NAMED), ...more].join('\n');
  }
  return undefined;
}

/** What was found where an `expect` asserts something. */
export function expectationText({ boot, runs, topology }: Analysis, decl: Declared, key: string): string | undefined {
  const lines: string[] = [];
  const name = (fn: FunctionIndex | undefined) =>
    fn === undefined ? 'The machine' : (topology.functions[fn]?.name ?? '');
  for (const { steps } of [boot, ...runs]) {
    for (const { checks } of steps) {
      for (const { expectation, fn, met, got } of checks) {
        if (expectation.decl !== decl || expectation.key !== key) continue;
        lines.push(
          `- ${name(fn)}: ${isHexadecimal(key) && typeof got === 'number' ? hex(got) : got}${met ? '' : ', which is not what is expected'}`,
        );
      }
    }
    // The boot is the first step of every scenario, too.
    if (lines.length > 0) break;
  }
  if (lines.length === 0) return undefined;
  const more = lines.length > NAMED ? [`- … and ${lines.length - NAMED} more`] : [];
  return ['Found:', ...lines.slice(0, NAMED), ...more].join('\n');
}

/** Whether the language writes the numbers of an assertion in hexadecimal. */
function isHexadecimal(key: string): boolean {
  const hexadecimal = (type: ValueType | undefined): boolean =>
    (type?.is === 'number' && type.hexadecimal === true) || (type?.is === 'anyOf' && type.types.some(hexadecimal));
  return hexadecimal(propertyOf('expect', key)?.type);
}
