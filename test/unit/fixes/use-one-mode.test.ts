import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('use-one-mode', () => {
  it('makes MSI the fallback of MSI-X', () => {
    checkFix(
      'msi-and-msix-both-enabled',
      'use-one-mode',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba {
      msi = 1
      msix = 4

      request msix { vectors = 4 }
      // just in case
      request msi { vectors = 1 }
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba {
      msi = 1
      msix = 4

      request msix { vectors = 4; fallback = msi }
    }
  }
}
`,
    );
  });

  it('leaves the first of two alike', () => {
    checkFix(
      'lifecycle-double-enable',
      'use-one-mode',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba { msix = 4; request msix { vectors = 4 }; request msix { vectors = 2 } }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint hba { msix = 4; request msix { vectors = 4 } }
  }
}
`,
    );
  });
});
