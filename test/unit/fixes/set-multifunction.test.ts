import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('set-multifunction', () => {
  it('sets the bit on function 0', () => {
    checkFix(
      'multifunction-flag-missing',
      'set-multifunction',
      `
host-bridge pcie0 {
  root-port rp0 at 01.0 { multifunction = false }
  root-port rp1 at 01.1
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0 { multifunction = true }
  root-port rp1 at 01.1
}
`,
    );
  });
});
