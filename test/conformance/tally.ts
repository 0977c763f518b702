/** What a replay found. */
export interface Difference {
  readonly record: string;
  /** Number of the step; undefined: the functions as enumerated. */
  readonly step: number | undefined;
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

export interface NotReplayed {
  readonly record: string;
  readonly step: number | undefined;
  readonly why: string;
  /** Whether numbers depend on it: then the record counts as failed. */
  readonly allocates: boolean;
}

export interface Replayed {
  readonly record: string;
  readonly steps: number;
  /** Observed values compared, equal or not. */
  readonly fields: number;
  readonly differences: readonly Difference[];
  readonly notReplayed: readonly NotReplayed[];
}

/** Counts comparisons while a record is replayed. */
export class Tally {
  fields = 0;
  readonly differences: Difference[] = [];
  readonly notReplayed: NotReplayed[] = [];
  private readonly record: string;

  constructor(record: string) {
    this.record = record;
  }

  /** Compares one value, as text or number. */
  compare(step: number | undefined, field: string, expected: unknown, got: unknown): void {
    this.fields++;
    if (expected === got) return;
    this.differences.push({ record: this.record, step, field, expected: String(expected), got: String(got) });
  }

  /** Compares two lists entry by entry; reports the first that differs, or what is missing or too much. */
  compareLists(step: number | undefined, field: string, expected: readonly string[], got: readonly string[]): void {
    this.fields += Math.max(1, expected.length);
    const length = Math.max(expected.length, got.length);
    for (let i = 0; i < length; i++) {
      if (expected[i] === got[i]) continue;
      const at = `${field}[${i}]`;
      this.differences.push({
        record: this.record,
        step,
        field: at,
        expected: expected[i] ?? 'nothing more',
        got: got[i] ?? 'nothing more',
      });
      return;
    }
  }

  skip(step: number | undefined, why: string, allocates: boolean): void {
    this.notReplayed.push({ record: this.record, step, why, allocates });
  }

  result(steps: number): Replayed {
    const { record, fields, differences, notReplayed } = this;
    return { record, steps, fields, differences, notReplayed };
  }
}

/** Whether a record counts as passed: nothing differs, and no step was left out that numbers depend on. */
export function passed(replayed: Replayed): boolean {
  return replayed.differences.length === 0 && !replayed.notReplayed.some((step) => step.allocates);
}
