/** Every quick-fix, in the order they are offered: the one that changes least first. */
import type { Fix } from './fix.ts';

export const FIXES: readonly Fix[] = [];
