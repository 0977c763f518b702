import type { Rule } from '../rule.ts';

export const REQUESTS: readonly Rule[] = [];
