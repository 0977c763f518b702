/** The chain of reasons behind what an `expect` found: a sentence for each link, at the declaration it speaks of. */
import { size } from '../base/intervals.ts';
import type { Declared } from '../model/declared.ts';
import type { Related } from '../model/problem.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { actual } from '../timeline/expectations.ts';
import type { GuestNumber } from '../timeline/guests/assigned.ts';
import type { GuestEvent } from '../timeline/guests/events.ts';
import { callReasons } from '../timeline/reasons.ts';
import { resolveRequester } from '../timeline/requester.ts';
import type { Call, Run, StepResult } from '../timeline/run.ts';
import { isFound, type MachineState } from '../timeline/state.ts';
import { counted, MODE_NAMES } from './words.ts';

/** Functions that a sum is made of, named before "and n more". */
const NAMED = 6;

/** Links of how the calls went, before "and n more": a call for many vectors may have one for each. */
const LINKS = 11;

/** A function's place has its reasons without any call. */
const NO_CALL = { whys: [], shift: 0 };

/** What is said of a function without what its driver asked for: where it is and how it signals. */
const OF_ITS_PLACE: ReadonlySet<string> = new Set(['present', 'requester-id', 'device-id']);

/**
 * From the address of a function after a step to its DeviceID, and from there to its numbers: what its last calls met.
 */
export function functionChain({ steps }: Run, at: number, fn: FunctionIndex, key: string): readonly Related[] {
  const state = steps[at]?.state;
  if (state === undefined) return [];
  const decl = state.topology.functions[fn]?.node.decl;
  if (decl === undefined || !isFound(state, fn)) return [];
  const resolved = resolveRequester(state, fn);
  const requester = resolved.ok ? resolved.value : undefined;
  const place = callReasons(state, { ...NO_CALL, requester });
  const chain = place.map(({ text }) => ({ at: header(decl), message: text }));
  const last = OF_ITS_PLACE.has(key) ? undefined : lastCalls(steps, at, fn);
  if (last === undefined) return chain;
  // What one call met the next one meets again; it is said once.
  const said = new Set<string>();
  const links = last.calls.flatMap((call) => {
    const at = header(call.request.decl ?? decl);
    const whys = callReasons(last.state, { ...call, requester: undefined });
    const texts = [callText(call), ...whys.map(({ text }) => text)].filter((text) => !said.has(text));
    for (const text of texts) said.add(text);
    return texts.map((message) => ({ at, message }));
  });
  const more = { at: header(decl), message: `… and ${links.length - LINKS} more` };
  return [...chain, ...(links.length > LINKS + 1 ? [...links.slice(0, LINKS), more] : links)];
}

/** The functions that a sum of the machine's is made of, the largest first. Empty for what is no such sum. */
export function sumChain(state: MachineState, key: string): readonly Related[] {
  const { functions } = state.topology;
  const parts: { readonly fn: FunctionIndex; readonly value: number }[] = [];
  for (const fn of state.functions.keys()) {
    const value = actual(state, { of: 'function', fn }, key);
    if (typeof value === 'number' && value > 0) parts.push({ fn, value });
  }
  parts.sort((a, b) => b.value - a.value || a.fn - b.fn);
  const chain = parts.slice(0, NAMED).flatMap(({ fn, value }): Related[] => {
    const named = functions[fn];
    return named === undefined ? [] : [{ at: header(named.node.decl), message: `${named.name}: ${value}` }];
  });
  const others = parts.slice(NAMED);
  const first = others[0] && functions[others[0].fn];
  if (first !== undefined) {
    const sum = others.reduce((total, { value }) => total + value, 0);
    chain.push({ at: header(first.node.decl), message: `${others.length} more: ${sum}` });
  }
  return chain;
}

/** The steps that failed, up to one of them. */
export function failedSteps(steps: readonly StepResult[], last: number): readonly Related[] {
  const chain: Related[] = [];
  for (let i = 0; i <= last; i++) {
    const result = steps[i];
    const decl = result?.step?.decl;
    if (result === undefined || result.state.failed === (steps[i - 1]?.state.failed ?? 0)) continue;
    if (decl !== undefined) chain.push({ at: header(decl), message: `Failed: step ${i + 1}` });
    else chain.push(...failedAtBoot(result));
  }
  return chain;
}

function failedAtBoot({ state }: StepResult): readonly Related[] {
  const chain: Related[] = [];
  state.functions.forEach(({ errno }, fn) => {
    const named = state.topology.functions[fn];
    if (errno === 'none' || named === undefined || chain.length === NAMED) return;
    chain.push({ at: header(named.node.decl), message: `Failed at boot: ${named.name}, -${errno}` });
  });
  return chain;
}

/** What befell a VM up to a step: which of its interrupts were lost, and what ended it. */
export function guestChain({ steps }: Run, at: number, vm: GuestNumber): readonly Related[] {
  return steps.slice(0, at + 1).flatMap(({ step, guestEvents = [], state }) =>
    guestEvents.flatMap((event): Related[] => {
      const fn = state.topology.functions[event.fn];
      const decl = step?.decl ?? fn?.node.decl;
      if (event.vm !== vm || decl === undefined) return [];
      return [{ at: header(decl), message: `${fn?.name ?? 'a function'}: ${eventText(event)}` }];
    }),
  );
}

function eventText(event: GuestEvent): string {
  switch (event.is) {
    case 'killed':
      return `the guest ended at the unmask of entry ${event.entry}: -${event.errno}`;
    case 'lost':
      return `${counted(size(event.entries), 'interrupt')} lost since the unmask of entry ${event.entry}: -${event.errno}`;
    case 'torn-down':
      return `entries ${event.first}..${event.last} unmasked: disabled and enabled again ${counted(event.times, 'time')}, ${counted(event.hit, 'handler')} hit`;
    case 'ims-refused':
      return 'no interrupt message storage';
  }
}

/** The calls for a function in the last step that made any, and the state which that step ended in. */
function lastCalls(
  steps: readonly StepResult[],
  at: number,
  fn: FunctionIndex,
): { readonly calls: readonly Call[]; readonly state: MachineState } | undefined {
  for (let i = at; i >= 0; i--) {
    const step = steps[i];
    const calls = step && callsOf(step).get(fn);
    if (step !== undefined && calls !== undefined) return { calls, state: step.state };
    // The numbers of functions are another machine's before a migration.
    if (step?.migration !== undefined) return undefined;
  }
  return undefined;
}

const byFunction = new WeakMap<StepResult, ReadonlyMap<FunctionIndex, readonly Call[]>>();

function callsOf(step: StepResult): ReadonlyMap<FunctionIndex, readonly Call[]> {
  const known = byFunction.get(step);
  if (known !== undefined) return known;
  const made = new Map<FunctionIndex, Call[]>();
  for (const call of step.calls) {
    const own = made.get(call.fn);
    if (own === undefined) made.set(call.fn, [call]);
    else own.push(call);
  }
  byFunction.set(step, made);
  return made;
}

function callText({ by, request: { mode, min, max }, granted, mode: got, errno }: Call): string {
  const asker = by === 'driver' ? 'its driver' : by === 'port' ? 'the port driver' : 'the hot-plug driver';
  const answer = errno === undefined ? `${granted} granted${got === mode ? '' : `, ${MODE_NAMES[got]}`}` : `-${errno}`;
  return `${asker} asks for ${MODE_NAMES[mode]} ${min === max ? min : `${min}..${max}`}: ${answer}`;
}

const header = (decl: Declared) => ({ decl, part: 'header' }) as const;
