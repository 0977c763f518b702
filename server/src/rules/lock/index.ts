import type { Rule } from '../rule.ts';
import { lockFunctionGone } from './lock-function-gone.ts';
import { lockFunctionNew } from './lock-function-new.ts';
import { lockNumberChanged } from './lock-number-changed.ts';
import { lockUnreadable } from './lock-unreadable.ts';

export const LOCK: readonly Rule[] = [lockNumberChanged, lockFunctionGone, lockFunctionNew, lockUnreadable];
