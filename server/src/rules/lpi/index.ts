import type { Rule } from '../rule.ts';

export const LPI: readonly Rule[] = [];
