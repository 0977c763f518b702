import type { Rule } from '../rule.ts';

export const DEVICE_IDS: readonly Rule[] = [];
