import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('insert-missing-property', () => {
  it('gives an msi-map what it needs', () => {
    checkFix(
      'missing-required-field',
      'insert-missing-property',
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff }
  root-port rp0
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }
  root-port rp0
}
`,
    );
  });

  it('gives a request the vectors its function has', () => {
    checkFix(
      'missing-required-field',
      'insert-missing-property',
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint e0 {
      msix = 9
      request msix { fallback = intx }
    }
  }
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint e0 {
      msix = 9
      request msix { fallback = intx; vectors = 1..9 }
    }
  }
}
`,
    );
  });

  it('gives a controller a type', () => {
    checkFix(
      'missing-required-field',
      'insert-missing-property',
      `
machine m { os = linux-6.12 }
interrupt-controller gic
host-bridge pcie0
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3
host-bridge pcie0
`,
    );
  });
});
