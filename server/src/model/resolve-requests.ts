/** `request` blocks: what a driver asks for. */

import type { Value } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import type { MsiMode, Request } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { writeValue } from './value-text.ts';
import { asItems, asNumber, asRange, asWord } from './values.ts';

const MODES: readonly MsiMode[] = ['msix', 'msi', 'intx', 'ims'];

const FALLBACKS: Request['fallback'] = ['msi', 'intx'];

/** Entries of one MSI-X table; more of a list are not read. */
const MAX_ENTRIES = 65536;

/** The call a `request` block makes; undefined when it is not complete, which is a problem already. */
export function resolveRequest(decl: Declared): Request | undefined {
  const mode = MODES.find((known) => known === decl.name);
  if (mode === undefined) return undefined;
  const vectors = vectorsOf(decl.values.get('vectors')) ?? (mode === 'intx' ? { min: 1, max: 1 } : undefined);
  if (vectors === undefined) return undefined;
  return { ...unlessWritten, ...written(decl), decl, mode, ...vectors };
}

/** What the body of an `enable` says; what it does not say is absent. */
export function resolveAsked(decl: Declared): Partial<Request> {
  const mode = asWord(decl.values.get('mode'), MODES);
  return { ...written(decl), ...vectorsOf(decl.values.get('vectors')), ...(mode === undefined ? {} : { mode }) };
}

const unlessWritten = {
  fallback: [],
  affinity: 'spread',
  pre: 0,
  post: 0,
  sets: 1,
  entries: undefined,
  irqs: undefined,
} as const;

/** The properties of a request that are there, but for its vectors. */
function written({ values }: Declared): Partial<Request> {
  const asked: { -readonly [Key in keyof Request]?: Request[Key] } = {};
  const fallback = values.get('fallback');
  if (fallback !== undefined) asked.fallback = asItems(fallback).flatMap((item) => asWord(item, FALLBACKS) ?? []);
  const affinity = asWord(values.get('affinity'), ['spread', 'managed']);
  if (affinity !== undefined) asked.affinity = affinity;
  for (const key of ['pre', 'post', 'sets', 'irqs'] as const) {
    const number = asNumber(values.get(key));
    if (number !== undefined) asked[key] = number;
  }
  const entries = values.get('entries');
  if (entries !== undefined) asked.entries = numbersOf(entries);
  return asked;
}

/** What the kernel answers to before it looks at the function: no vectors at all, or a minimum above the maximum. */
export function checkRequest(decl: Declared, problems: ModelProblem[]): void {
  const value = decl.values.get('vectors');
  const vectors = vectorsOf(value);
  if (value === undefined || vectors === undefined) return;
  const { min, max } = vectors;
  const at = { decl, part: { value: 'vectors' } } as const;
  if (min > max) {
    const swapped = value.is === 'range' ? `${writeValue(value.to)}..${writeValue(value.from)}` : undefined;
    problems.push({
      rule: 'min-greater-than-max',
      at,
      message: `The minimum of ${min} vectors is above the maximum of ${max}: the call fails with -ERANGE`,
      facts: { min, max },
      ...(swapped === undefined ? {} : { replacement: swapped }),
    });
  } else if (max === 0) {
    problems.push({
      rule: 'request-zero-vectors',
      at,
      message: 'A request for 0 vectors fails with -EINVAL',
      facts: { min, max },
      replacement: '1',
    });
  }
}

function vectorsOf(value: Value | undefined): { readonly min: number; readonly max: number } | undefined {
  const range = asRange(value);
  return range === undefined ? undefined : { min: range.first, max: range.last };
}

function numbersOf(value: Value): readonly number[] {
  const numbers: number[] = [];
  for (const item of asItems(value)) {
    const range = asRange(item);
    if (range === undefined) continue;
    for (let n = range.first; n <= range.last && numbers.length < MAX_ENTRIES; n++) numbers.push(n);
  }
  return numbers;
}
