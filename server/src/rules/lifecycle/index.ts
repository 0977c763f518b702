import type { Rule } from '../rule.ts';

export const LIFECYCLE: readonly Rule[] = [];
