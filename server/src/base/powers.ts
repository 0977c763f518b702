/** The smallest power of two that is at least `n`; 1 for 0 and 1. */
export function roundUpToPowerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** Whether `n` is 1, 2, 4, 8 … */
export function isPowerOfTwo(n: number): boolean {
  return n > 0 && roundUpToPowerOfTwo(n) === n;
}

/** log2 of a power of two; of other numbers rounded down. */
export function log2(n: number): number {
  return Math.floor(Math.log2(n));
}
