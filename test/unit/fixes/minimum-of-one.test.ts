import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('minimum-of-one', () => {
  it('lowers the minimum', () => {
    checkFix(
      'intx-fallback-not-allowed',
      'minimum-of-one',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba { msix = 4; request msix { vectors = 2..4; fallback = intx } }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba { msix = 4; request msix { vectors = 1..4; fallback = intx } }
  }
}
`,
    );
  });
});
