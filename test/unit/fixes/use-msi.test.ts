import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('use-msi', () => {
  it('asks for MSI where there is no table', () => {
    checkFix(
      'no-msi-capability',
      'use-msi',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 4
      request msix { vectors = 1..8; fallback = intx }
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 4
      request msi { vectors = 1..4; fallback = intx }
    }
  }
}
`,
    );
  });
});
