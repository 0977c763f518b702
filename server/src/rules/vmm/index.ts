import type { Rule } from '../rule.ts';
import { vmmRoutesExceeded } from './vmm-routes-exceeded.ts';

export const VMM: readonly Rule[] = [vmmRoutesExceeded];
