/** What is different between the numbers of two machines, or of a machine and a lock file: functions are the same by name. */
import { type FunctionNumbers, NUMBER_KEYS, type NumberKey } from './numbers.ts';

export type NumberChange =
  | { readonly is: 'changed'; readonly name: string; readonly changes: readonly ValueChange[] }
  | { readonly is: 'gone'; readonly name: string; readonly before: FunctionNumbers }
  | { readonly is: 'new'; readonly name: string; readonly after: FunctionNumbers };

/** Undefined: it had, or has, no such number. */
export interface ValueChange {
  readonly key: NumberKey;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface NumberComparison {
  /** In the order of `before`; what is new comes last, in that of `after`. */
  readonly changes: readonly NumberChange[];
  /** Functions whose numbers are all the same. */
  readonly kept: number;
}

/** Compares two lists of functions. */
export function compareNumbers(
  before: readonly FunctionNumbers[],
  after: readonly FunctionNumbers[],
): NumberComparison {
  const now = new Map(after.map((own) => [own.name, own]));
  const changes: NumberChange[] = [];
  let kept = 0;
  for (const own of before) {
    const other = now.get(own.name);
    if (other === undefined) {
      changes.push({ is: 'gone', name: own.name, before: own });
      continue;
    }
    now.delete(own.name);
    const values = valueChanges(own, other);
    if (values.length === 0) kept++;
    else changes.push({ is: 'changed', name: own.name, changes: values });
  }
  for (const own of now.values()) changes.push({ is: 'new', name: own.name, after: own });
  return { changes, kept };
}

function valueChanges(before: FunctionNumbers, after: FunctionNumbers): readonly ValueChange[] {
  const changes: ValueChange[] = [];
  for (const key of NUMBER_KEYS) {
    const [a, b] = [before.values.get(key), after.values.get(key)];
    if (a !== b) changes.push({ key, before: a, after: b });
  }
  return changes;
}

/** "address 0000:01:00.0 → 0000:02:00.0". */
export const changeText = ({ key, before, after }: ValueChange): string =>
  `${key} ${before ?? 'none'} → ${after ?? 'none'}`;
