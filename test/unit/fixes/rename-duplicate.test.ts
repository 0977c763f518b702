import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('rename-duplicate', () => {
  it('renames the second', () => {
    checkFix(
      'duplicate-node-id',
      'rename-duplicate',
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
  root-port rp0 at 02.0 // the second
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
  root-port rp1 at 02.0 // the second
}
`,
    );
  });
});
