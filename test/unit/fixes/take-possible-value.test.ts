import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('take-possible-value', () => {
  it('takes the next power of two', () => {
    checkFix(
      'msi-count-not-power-of-two',
      'take-possible-value',
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint e0 { msi = 12; request msi { vectors = 1 } }
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint e0 { msi = 16; request msi { vectors = 1 } }
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
    );
  });
});
