import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('rewrite-address', () => {
  it('writes two digits for the device', () => {
    checkFix(
      'address-form',
      'rewrite-address',
      `
host-bridge pcie0 {
  root-port rp0 at 5.0 // the fifth
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 05.0 // the fifth
}
`,
    );
  });
});
