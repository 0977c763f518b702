/** Few measurements in few words. */

export interface Figures {
  readonly min: number;
  readonly median: number;
  readonly p95: number;
}

/** Of at least one measurement. */
export function figuresOf(measured: readonly number[]): Figures {
  const sorted = [...measured].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), p95: at(0.95) };
}

/** Milliseconds with as many digits as mean something. */
export const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** Microseconds, from milliseconds. */
export const us = (value: number): string => (value * 1000).toFixed(2);
