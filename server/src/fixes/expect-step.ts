/** An `expect` for what a step of a scenario did: the numbers that its author is likely to rely on. */

import type { Elements, Step } from '../model/machine.ts';
import { hex } from '../pci/bus.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { insertBeside } from '../syntax/edits.ts';
import type { Block } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import { actual, type ExpectSubject } from '../timeline/expectations.ts';
import type { Run } from '../timeline/run.ts';
import { functionState, isPresent, type MachineState, requestedVectors } from '../timeline/state.ts';
import type { FixContext } from './context.ts';
import type { Proposal } from './fix.ts';

/** Elements of an array that get an `expect` each, where they differ. */
const EACH = 8;

/**
 * Proposals for the step at this position of a run: what it did in full, then less.
 * @param block the step's, in the context's file
 */
export function* expectStep(context: FixContext, run: Run, at: number, block: Located<Block>): Iterable<Proposal> {
  const result = run.steps[at];
  if (result?.step === undefined || isExpect(result.step) || isExpect(run.steps[at + 1]?.step)) return;
  for (const expects of expectsFor(context, result.step, result.state, block)) {
    const [first] = expects;
    if (first === undefined) continue;
    const what = `${first.asserts}${expects.length > 1 ? ' …' : ''}`;
    const text = expects.map(({ subject, asserts }) => `expect ${subject}{ ${asserts} }`).join('\n');
    yield { title: `Expect what this step did: ${what}`, edits: insertBeside(context.tree, block, text, 'after') };
  }
}

const isExpect = (step: Step | undefined): boolean => step?.op.startsWith('expect') === true;

interface Expect {
  /** With a blank behind it; empty for the machine. */
  readonly subject: string;
  /** `mode = msix; vectors = 3` */
  readonly asserts: string;
}

function* expectsFor(
  { tree }: FixContext,
  step: Step,
  state: MachineState,
  { node, start }: Located<Block>,
): Iterable<readonly Expect[]> {
  const subject = node.name && `${tree.text.slice(start + node.name.span.from, start + node.name.span.to)} `;
  if (step.op === 'boot') yield ofMachine(state, ['vectors', 'failed']);
  else if (step.op === 'migrate') yield ofMachine(state, ['error']);
  else if (step.op === 'start' || step.op === 'stop') {
    const running = step.op === 'start' ? 'running' : 'off';
    // The judge sees whether it is so.
    if (subject !== undefined) for (const is of [running, 'killed']) yield [{ subject, asserts: `state = ${is}` }];
  } else if (step.op === 'online' || step.op === 'offline') yield ofMachine(state, ['error', 'failed']);
  else if ('subjects' in step && step.subjects !== 'machine' && subject !== undefined) {
    yield* ofFunctions(state, step.subjects, subject);
  }
}

function ofMachine(state: MachineState, keys: readonly string[]): readonly Expect[] {
  const asserts = assertionsOf(state, { of: 'machine' }, keys);
  return asserts.size === 0 ? [] : [{ subject: '', asserts: joined(asserts) }];
}

/** One `expect` for all where they are alike; else what they have in common, or one for each. */
function* ofFunctions(
  state: MachineState,
  subjects: readonly Elements[],
  subject: string,
): Iterable<readonly Expect[]> {
  const functions = subjects.flatMap(({ node, numbers }) =>
    numbers.flatMap((number) => state.topology.byNode.get(node)?.[number] ?? []),
  );
  const each = functions.map((fn) => assertionsOf(state, { of: 'function', fn }, keysFor(state, fn)));
  const [first] = each;
  if (first === undefined) return;
  const common = new Map([...first].filter(([key, value]) => each.every((own) => own.get(key) === value)));
  if (each.length > 1 && each.length <= EACH && common.size < first.size) {
    yield functions.map((fn, i) => ({
      subject: `${state.topology.functions[fn]?.name ?? ''} `,
      asserts: joined(each[i] ?? first),
    }));
  }
  if (common.size > 0) yield [{ subject, asserts: joined(common) }];
}

/** What is worth asserting of a function at this moment. */
function keysFor(state: MachineState, fn: FunctionIndex): readonly string[] {
  const own = functionState(state, fn);
  if (!isPresent(state, fn)) return ['present'];
  if (own.errno !== 'none') return ['error'];
  if (own.mode === 'none') return ['vectors', 'lpis'];
  const controller = own.requester && state.controllers[own.requester.controller];
  const numbers = controller?.type === 'gicv3' || controller?.type === 'gicv5' ? ['first-lpi'] : ['first-irq'];
  const shown = own.mode === 'intx' || controller?.type === 'x86-apic' ? [] : numbers;
  const handlers = requestedVectors(own) === actual(state, { of: 'function', fn }, 'vectors') ? [] : ['irqs'];
  return ['mode', 'vectors', ...handlers, ...shown];
}

/** The values of assertions; those that mean nothing of the subject, or nothing is left of, are left out. */
function assertionsOf(
  state: MachineState,
  subject: ExpectSubject,
  keys: readonly string[],
): ReadonlyMap<string, string> {
  const asserts = new Map<string, string>();
  for (const key of keys) {
    const value = actual(state, subject, key);
    if (value === undefined || (value === 'none' && key !== 'error')) continue;
    asserts.set(key, valueText(key, value));
  }
  return asserts;
}

function valueText(key: string, value: number | string): string {
  if (typeof value === 'string') return value;
  if (key === 'present') return value === 0 ? 'false' : 'true';
  return key.endsWith('-id') ? hex(value) : `${value}`;
}

const joined = (asserts: ReadonlyMap<string, string>): string =>
  [...asserts].map(([key, value]) => `${key} = ${value}`).join('; ');
