import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('shrink-table', () => {
  it('makes a table as long as what is used of it', () => {
    checkFix(
      'lpi-overreserved-table-sized',
      'shrink-table',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint accel { msix = 2048; request msix { vectors = 8 } }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint accel { msix = 8; request msix { vectors = 8 } }
  }
}
`,
    );
  });
});
