import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('use-msix', () => {
  it('asks for MSI-X where the function has it', () => {
    checkFix(
      'lifecycle-multi-msi-leak',
      'use-msix',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 8
      msix = 8
      request msi { vectors = 7 }
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
      msi = 8
      msix = 8
      request msix { vectors = 7 }
    }
  }
}
`,
    );
  });
});
