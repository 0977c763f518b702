/** Every quick-fix, in the order they are offered: the one that changes least first. */
import type { Fix } from './fix.ts';
import { moveToRootPorts } from './move-to-root-ports.ts';
import { repairSpelling } from './repair-spelling.ts';
import { rewriteAddress } from './rewrite-address.ts';
import { takePossibleValue } from './take-possible-value.ts';

export const FIXES: readonly Fix[] = [repairSpelling, rewriteAddress, takePossibleValue, moveToRootPorts];
