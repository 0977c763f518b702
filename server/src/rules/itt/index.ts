import type { Rule } from '../rule.ts';

export const ITT: readonly Rule[] = [];
